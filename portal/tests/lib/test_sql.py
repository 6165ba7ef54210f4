"""What our statements ask of the database beside their rows."""

from unittest import mock

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


class OutgrownTests(TransactionTestCase):
    """A table is looked at anew where statistics cannot know what just came in."""

    def setUp(self) -> None:
        self.ask("CREATE TABLE outgrown AS SELECT generate_series(1, 100) AS number")
        self.addCleanup(self.ask, "DROP TABLE outgrown")
        self.ask("SELECT pg_stat_force_next_flush()")

    def test_if_it_was_never_looked_at(self) -> None:
        self.assertTrue(self.looks(by=1))

    def test_if_more_came_in_than_it_is_known_to_hold(self) -> None:
        self.ask("ANALYZE outgrown")
        self.ask("UPDATE pg_class SET reltuples = 10 WHERE relname = 'outgrown'")
        self.assertEqual((self.looks(by=10), self.looks(by=11)), (False, True))

    def test_if_more_came_in_than_others_committed(self) -> None:
        self.ask("ANALYZE outgrown")
        self.ask("UPDATE pg_class SET reltuples = 5000 WHERE relname = 'outgrown'")
        self.assertEqual((self.looks(by=100), self.looks(by=101)), (False, True))

    def test_not_if_nothing_came_in(self) -> None:
        self.assertFalse(self.looks(by=0))

    def looks(self, *, by: int) -> bool:
        with mock.patch.object(sql, "analyze") as analyze:
            sql.analyze_outgrown("outgrown", by=by)
        return bool(analyze.called)

    @staticmethod
    def ask(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)
