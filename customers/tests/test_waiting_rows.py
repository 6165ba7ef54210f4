"""Rows of a load as the statements over them meet them."""

from django.db import connection, transaction
from django.test import TestCase
from django.utils import timezone

from customers.models import Load
from customers.services import registrations
from customers.services.loads.waiting import Waiting, day_first
from portal.lib import sql
from portal.lib.importing import resource_of


class WaitingRowsTests(TestCase):
    def test_have_the_collation_of_the_tables_else_no_index_would_serve(self) -> None:
        table = resource_of("registrations").table
        cells = [column.name for column in table.columns]
        load = Load.objects.create(
            kind="registrations", sha256="0" * 64, size=0, name="x.csv", source="desk",
            made_at=timezone.now(), report={"cells": cells},
        )  # fmt: skip
        rows = Waiting(table, load, after=0, until=9, size=9).query(registrations.STAGED)
        with transaction.atomic():
            day_first()
            sql.stage_query("staged", rows)
            found = self.collation("staged", "number")
        self.assertEqual(found, self.collation("customers_account", "number"))

    def collation(self, table: str, column: str) -> object:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attcollation FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attname = %s",
                [table, column],
            )
            return cursor.fetchone()
