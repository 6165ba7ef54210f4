"""What is written once stays as it was, and a change by force shows."""

import threading
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import TestCase

from customers.models import AccountEvent, AuditEntry, Look, OperatingUnit
from customers.services import audit, events
from customers.tests.factories import NOON, a_link, a_look, a_unit, a_user, an_account
from portal.settings.env import BASE_DIR

OWNERS_HAND = "SET LOCAL session_replication_role = replica"
KEPT = [table.name for table in audit.audited()] + ["customers_auditentry"]


def written() -> None:
    """Some rows, chained as at the end of a transaction."""
    unit = a_unit()
    for name in ("Điện lực Gia Định", "Điện lực Thủ Đức"):
        unit.name = name
        unit.save()
    link = a_link()
    a_look(account=link.account, at=NOON)
    events.record(account=link.account, kind=AccountEvent.Kind.LINKED, link=link, at=NOON)
    connection.check_constraints()


def by_force(statement: str) -> None:
    """Change something as the owner of the tables can, past every trigger."""
    with connection.cursor() as cursor:
        cursor.execute(OWNERS_HAND)
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def faults(**given: str) -> list[str]:
    return [str(fault) for fault in audit.verify(**given).faults]


def first(table: str) -> int:
    """The key of the row that was chained first."""
    entries = AuditEntry.objects.filter(table_name=table).order_by("sequence")
    return entries.values_list("row_key", flat=True)[0]


class TestTables:
    def test_of_history_looks_and_changes_of_access_are_all_written_once(self):
        historical = {
            model._meta.db_table
            for model in apps.get_models()
            if model.__name__.startswith("Historical")
        }
        looked = {Look._meta.db_table, AccountEvent._meta.db_table}
        assert {table.name for table in audit.audited()} == historical | looked | set(KEPT[:-1])
        assert len(historical) > 15

    @pytest.mark.django_db
    def test_that_are_written_once_have_their_triggers(self):
        lacking = [table.name for table in audit.unprotected(audit.audited())]
        assert lacking == [], "run migrate: it puts the triggers on"

    @pytest.mark.django_db
    def test_that_lost_a_trigger_get_it_back(self):
        tables = audit.audited()
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER audit_keep ON customers_look")
            cursor.execute("ALTER TABLE customers_accountevent DISABLE TRIGGER audit_note")
        lost = {table.name for table in audit.unprotected(tables)}
        assert lost == {"customers_look", "customers_accountevent"}
        audit.protect(tables)
        assert list(audit.unprotected(tables)) == []

    @pytest.mark.django_db
    def test_have_their_earlier_rows_chained(self):
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER audit_note ON customers_look")
        look = a_look(at=NOON)
        audit.protect(audit.audited())
        connection.check_constraints()
        assert AuditEntry.objects.filter(table_name="customers_look", row_key=look.pk).exists()
        assert faults() == []


@pytest.mark.django_db
class TestForce:
    @pytest.mark.parametrize("table", KEPT)
    @pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
    def test_is_refused(self, table, verb):
        written()
        a_row_of(table)
        key = "sequence" if table == KEPT[-1] else audit.audited()[KEPT.index(table)].key
        statement = {
            "UPDATE": f"UPDATE {table} SET {key} = {key}",
            "DELETE": f"DELETE FROM {table}",
            "TRUNCATE": f"TRUNCATE {table} CASCADE",
        }[verb]
        with (
            pytest.raises(ProgrammingError, match="is written once"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def a_row_of(table: str) -> None:
    """One row in this table, so that there is something to refuse, if only an empty one."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        if cursor.fetchone()[0]:
            return
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', '), string_agg("
            "CASE WHEN data_type LIKE 'timestamp%%' THEN 'now()'"
            # Another number and a later day in each column, as most pairs of them ask.
            " WHEN data_type LIKE '%%int' THEN ordinal_position::text"
            " WHEN data_type = 'date' THEN 'current_date + ' || ordinal_position"
            " ELSE quote_literal('x') END, ', ') FROM information_schema.columns"
            " WHERE table_name = %s AND is_nullable = 'NO' AND is_identity = 'NO'",
            [table],
        )
        columns, values = cursor.fetchone()
        cursor.execute(OWNERS_HAND)
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


class ChainTests(TestCase):
    def setUp(self):
        written()

    def test_holds_for_what_was_only_written(self):
        report = audit.verify()
        self.assertEqual(report.faults, [])
        self.assertEqual(report.links, AuditEntry.objects.count())
        self.assertEqual(report.head, AuditEntry.objects.newest()[0].hash)
        self.assertEqual(sum(report.rows.values()), report.links)

    def test_finds_one_changed_byte_of_history(self):
        table = "customers_historicaloperatingunit"
        by_force(f"UPDATE {table} SET name = 'Điện lực Gia Đinh' WHERE name = 'Điện lực Gia Định'")
        (fault,) = faults()
        self.assertRegex(fault, rf"^{table} \d+: was changed after link \d+$")

    def test_finds_a_changed_byte_in_each_kind_of_row(self):
        for table, change in {
            "customers_look": "page = 'accounts'",
            "customers_accountevent": "at = at + interval '1 microsecond'",
            "customers_historicalaccountlink": "rights = rights || 'x'::varchar",
            "customers_historicaluser": "unit_id = 7",
        }.items():
            with self.subTest(table), transaction.atomic():
                by_force(f"UPDATE {table} SET {change}")
                self.assertTrue(any(fault.startswith(f"{table} ") for fault in faults()))
                transaction.set_rollback(True)

    def test_finds_a_deleted_row(self):
        key = first("customers_look")
        by_force(f"DELETE FROM customers_look WHERE id = {key}")
        self.assertEqual(len(faults()), 1)
        self.assertIn(f"customers_look {key}: was deleted", faults()[0])

    def test_finds_a_row_put_in_past_the_chain(self):
        columns = "user_id, account_id, at, page, reason, reference"
        by_force(f"INSERT INTO customers_look ({columns}) SELECT {columns} FROM customers_look")
        key = Look.objects.order_by("-pk")[0].pk
        self.assertEqual(faults(), [f"customers_look {key}: has no link in the chain"])

    def test_finds_two_rows_that_changed_places(self):
        table = "customers_historicaloperatingunit"
        a = first(table)
        by_force(
            f"UPDATE {table} SET history_id = -history_id WHERE history_id IN ({a}, {a + 1});"
            f"UPDATE {table} SET history_id = {2 * a + 1} + history_id WHERE history_id < 0"
        )
        self.assertEqual([f.split(":")[0] for f in faults()], [f"{table} {a}", f"{table} {a + 1}"])

    def test_finds_two_links_that_changed_places(self):
        by_force(
            "UPDATE customers_auditentry SET sequence = -sequence WHERE sequence IN (2, 3);"
            "UPDATE customers_auditentry SET sequence = 5 + sequence WHERE sequence < 0"
        )
        self.assertIn("link 2: was changed", faults())
        self.assertIn("link 3: does not follow the link before it", faults())

    def test_finds_a_link_taken_out(self):
        by_force("DELETE FROM customers_auditentry WHERE sequence = 2")
        self.assertIn("link 3: the links before it are missing", faults())

    def test_finds_a_link_computed_anew(self):
        by_force("UPDATE customers_look SET page = 'x'")
        by_force(
            "UPDATE customers_auditentry e SET row_hash = customers_audit_digest(k)"
            " FROM customers_look k WHERE e.table_name = 'customers_look' AND e.row_key = k.id"
        )
        (fault,) = faults()
        self.assertRegex(fault, r"^link \d+: was changed$")

    def test_finds_an_end_that_was_cut_off_by_the_head_noted_before(self):
        noted = audit.verify().head
        link = AuditEntry.objects.newest()[0]
        key = {table.name: table.key for table in audit.audited()}[link.table_name]
        by_force(f"DELETE FROM {link.table_name} WHERE {key} = {link.row_key}")
        by_force(f"DELETE FROM customers_auditentry WHERE sequence = {link.sequence}")
        self.assertEqual(faults(), [])
        self.assertEqual(len(faults(head=noted)), 1)
        self.assertIn("its end is missing", faults(head=noted)[0])

    def test_grows_past_a_head_noted_before(self):
        noted = audit.verify().head
        a_look(at=NOON)
        connection.check_constraints()
        self.assertEqual(faults(head=noted), [])

    def test_finds_triggers_switched_off(self):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE customers_look DISABLE TRIGGER audit_keep")
        self.assertEqual(faults(), ["customers_look: lacks its triggers"])

    def test_does_not_mind_a_column_added_later(self):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE customers_look ADD COLUMN since text")
        self.assertEqual(faults(), [])

    def test_minds_what_is_later_written_into_an_empty_column(self):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE customers_look ADD COLUMN since text")
        by_force("UPDATE customers_look SET since = 'x'")
        self.assertEqual(len(faults()), 1)

    def test_reads_the_same_in_any_time_zone(self):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL timezone = 'Asia/Ho_Chi_Minh'")
            cursor.execute("SET LOCAL intervalstyle = 'sql_standard'")
        self.assertEqual(faults(), [])

    def test_links_in_batches_of_any_size(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("customers.services.audit.verifying.LINKS_AT_ONCE", 2)
            self.assertEqual(faults(), [])
            by_force("UPDATE customers_auditentry SET row_key = row_key + 1 WHERE sequence = 3")
            self.assertIn("link 3: was changed", faults())


@pytest.mark.django_db(transaction=True)
class TestCommits:
    def test_at_the_same_time_make_one_chain(self):
        account, user = an_account(), a_user()
        ready = threading.Barrier(8)

        def look() -> None:
            ready.wait()
            for _ in range(5):
                with transaction.atomic():
                    a_look(account=account, user=user, at=NOON)
                    a_unit(code=f"PE{threading.get_ident() % 10_000:04}")
            connection.close()

        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        report = audit.verify()
        assert report.faults == []
        assert report.rows["customers_look"] == 40

    def test_that_wait_for_each_others_rows_do_not_block_each_other(self):
        """One holds an account and will chain; the other chains and refers to that account."""
        account = an_account()
        held, referred = threading.Event(), threading.Event()

        def hold() -> None:
            with transaction.atomic():
                type(account).objects.select_for_update().get(pk=account.pk)
                held.set()
                referred.wait(10)
                a_unit(code="PE77")
            connection.close()

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(10)
        with transaction.atomic():
            a_unit(code="PE88")
            events.record(account=account, kind=AccountEvent.Kind.EXPORTED, at=NOON)
            referred.set()
        thread.join()
        assert OperatingUnit.objects.filter(code__in=["PE77", "PE88"]).count() == 2
        assert audit.verify().faults == []

    def test_undone_leave_no_link(self):
        with transaction.atomic():
            a_look(at=NOON)
            transaction.set_rollback(True)
        assert AuditEntry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
class TestVerifyAudit:
    def verify(self, *arguments: str) -> str:
        out = StringIO()
        call_command("verify_audit", *arguments, stdout=out)
        return out.getvalue()

    def test_says_what_it_counted_and_the_head(self):
        written()
        said = self.verify()
        assert "customers_look" in said
        assert f"head {AuditEntry.objects.newest()[0].hash}" in said
        assert "Everything is as it was written." in said

    def test_fails_with_status_1_and_names_the_changed_row(self):
        written()
        with transaction.atomic():
            by_force("UPDATE customers_look SET page = 'x'")
        with pytest.raises(CommandError, match=r"1 faults\ncustomers_look \d+: was changed") as no:
            self.verify()
        assert no.value.returncode == 1

    def test_compares_with_a_head_noted_elsewhere(self):
        written()
        noted = AuditEntry.objects.newest()[0].hash
        assert "Everything" in self.verify("--head", noted.upper())
        with pytest.raises(CommandError, match="its end is missing"):
            self.verify("--head", "f" * 64)


@pytest.mark.django_db
class TestProductionRoles:
    def test_let_the_site_write_rows_and_touch_none(self):
        written()
        with connection.cursor() as cursor:
            cursor.execute((BASE_DIR / "deploy" / "roles.sql").read_text())
            cursor.execute("SET LOCAL ROLE cskh_site")
        a_unit(code="PE66")
        a_look(at=NOON)
        connection.check_constraints()
        self.refused("UPDATE customers_look SET page = 'x'")
        for table in KEPT:
            self.refused(f"DELETE FROM {table}")
            self.refused(f"TRUNCATE {table} CASCADE")
            self.refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        self.refused("INSERT INTO customers_auditentry SELECT * FROM customers_auditentry")
        self.refused(
            "INSERT INTO customers_auditnote (table_name, row_key, row_hash) SELECT 'x',1,''"
        )
        self.refused("SET session_replication_role = replica")
        self.refused(
            "CREATE TEMP TABLE t (id int); CREATE TRIGGER x AFTER INSERT ON t"
            " FOR EACH ROW EXECUTE FUNCTION customers_audit_note('id')"
        )
        assert faults() == []

    def refused(self, statement: str) -> None:
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
