"""What a second person said yes to cannot be exchanged under them, whoever writes to the table."""

from django.db import ProgrammingError, connection, transaction
from django.test import TestCase

from customers.models import Arrangement
from customers.tests.factories import a_contact, an_account, an_arrangement, an_auto_debit

BANK = ("bank", "bank_holder", "bank_account_hash", "bank_account_end")


def written(made: Arrangement, column: str, value: object) -> None:
    table = type(made)._meta.db_table
    statement = f"UPDATE {table} SET {column} = %s WHERE arrangement_ptr_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [value, made.pk])


class TermsTests(TestCase):
    def refused(self, made: Arrangement, column: str, value: object) -> None:
        stays = f"{type(made)._meta.db_table}.{column} is what was agreed"
        with self.assertRaisesMessage(ProgrammingError, stays), transaction.atomic():
            written(made, column, value)

    def test_of_a_bank_account_stay_from_the_request_on(self):
        for state in ("requested", "in_force"):
            debit = an_auto_debit(state=state)
            for column in BANK:
                self.refused(debit, column, "6666")
        other = an_auto_debit(state="refused")
        self.refused(other, "arrangement_ptr_id", an_arrangement("month_end_reading").pk)

    def test_name_the_same_contact_for_good(self):
        for kind in ("relative_contact", "sms_retention"):
            account = an_account()
            other = a_contact(account=account)
            self.refused(an_arrangement(kind, account=account), "contact_id", other.pk)

    def test_let_a_relative_do_no_more_and_be_nobody_else(self):
        relative = an_arrangement("relative_contact")
        for column, value in (
            ("power", "asks"),
            ("relative_name", "Ai Khác"),
            ("relation", "other"),
        ):
            self.refused(relative, column, value)

    def test_may_be_sealed_anew_with_another_key(self):
        debit = an_auto_debit(bank_account="19036512345678")
        type(debit).objects.filter(pk=debit.pk).update(bank_account="19036512345678")
        debit.save()
        debit.refresh_from_db()
        self.assertEqual(debit.bank_account, "19036512345678")
