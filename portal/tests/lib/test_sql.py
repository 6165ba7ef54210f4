"""What a transaction of a step that can be done again asks of the disk."""

from django.db import connection, transaction
from django.test import TransactionTestCase

from portal.lib import sql


class CommitTests(TransactionTestCase):
    def setUp(self) -> None:
        self.ask("SET synchronous_commit = on")
        self.addCleanup(self.ask, "RESET synchronous_commit")

    def test_of_the_steps_own_transaction_alone_does_not_wait_for_the_disk(self) -> None:
        with transaction.atomic():
            sql.commit_unhurried()
            self.assertEqual(self.waits(), "off")
        self.assertEqual(self.waits(), "on")
        with transaction.atomic():
            self.assertEqual(self.waits(), "on")

    def waits(self) -> str:
        return str(self.ask("SHOW synchronous_commit")[0][0])

    @staticmethod
    def ask(statement: str) -> list[tuple[str, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
