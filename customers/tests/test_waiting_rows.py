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
    def test_find_accounts_by_the_index_of_their_numbers(self) -> None:
        table = resource_of("registrations").table
        cells = [column.name for column in table.columns]
        load = Load.objects.create(
            kind="registrations", sha256="0" * 64, size=0, name="x.csv", source="desk",
            made_at=timezone.now(), report={"cells": cells},
        )  # fmt: skip
        rows = Waiting(table, load, after=0, until=9, size=9).query(registrations.STAGED)
        with transaction.atomic(), connection.cursor() as cursor:
            day_first()
            for way in ("seqscan", "hashjoin", "mergejoin", "bitmapscan"):
                sql.within_transaction(**{f"enable_{way}": "off"})
            cursor.execute(
                f"EXPLAIN SELECT FROM ({rows}) s JOIN customers_account a ON a.number = s.number"
            )
            plan = "\n".join(line for (line,) in cursor.fetchall())
        self.assertRegex(plan, r"on customers_account a .*\n *Index Cond: .*number\b")
