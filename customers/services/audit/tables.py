"""Which tables are written once, and the triggers that keep them so.

Every table of history is, and every model that says ``written_once``. The triggers are put on after
each migration, so that no new table can be forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models, transaction
from psycopg import sql

from customers.models import AuditEntry

TRIGGERS = {"audit_note", "audit_keep", "audit_keep_all"}

_PROTECT = """
    CREATE CONSTRAINT TRIGGER audit_note AFTER INSERT ON {table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        EXECUTE FUNCTION customers_audit_note({key_name});
    CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION customers_audit_refuse();
    CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION customers_audit_refuse()
"""
# Rows that were there before the triggers.
_NOTE_EARLIER = """
    INSERT INTO customers_auditnote (table_name, row_key, row_hash)
    SELECT {name}, kept.{key}, customers_audit_digest(kept) FROM {table} AS kept
    WHERE NOT EXISTS (
        SELECT FROM customers_auditentry entry
        WHERE entry.table_name = {name} AND entry.row_key = kept.{key}
    )
    ORDER BY kept.{key}
"""
_TRIGGERS = """
    SELECT relation.relname,
        coalesce(array_agg(tgname::text) FILTER (WHERE tgenabled IN ('O', 'A')), '{}')
    FROM pg_class relation LEFT JOIN pg_trigger ON tgrelid = relation.oid
    WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(%s)
    GROUP BY relation.relname
"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table that is written once, and the column of its key."""

    name: str
    key: str

    def write(self, statement: str) -> sql.Composed:
        """The statement with this table's names filled in."""
        return sql.SQL(statement).format(
            table=sql.Identifier(self.name),
            key=sql.Identifier(self.key),
            name=sql.Literal(self.name),
            key_name=sql.Literal(self.key),
        )


def audited(*, app_label: str | None = None) -> list[Table]:
    """The tables that are written once, by name; of one app where it is named."""
    models_of = apps.get_app_config(app_label).get_models() if app_label else apps.get_models()
    found = (_table(model) for model in models_of if _is_written_once(model))
    return sorted(found, key=lambda table: table.name)


def _table(model: type[models.Model]) -> Table:
    return Table(model._meta.db_table, key=str(model._meta.pk.column))


def _is_written_once(model: type[models.Model]) -> bool:
    # django-simple-history's own mark on a table of history, of rows or of what is tied to them.
    return hasattr(model, "instance_type") or getattr(model, "written_once", False)


def unprotected(tables: list[Table]) -> Iterator[Table]:
    """Those of ``tables`` that lack a trigger, or have one switched off."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS, [[table.name for table in tables]])
        triggers = {name: set(found) for name, found in cursor.fetchall()}
    for table in tables:
        if not triggers.get(table.name, TRIGGERS) >= TRIGGERS:
            yield table


def is_installed() -> bool:
    """Whether the chain is there: migrations may have been taken back."""
    return AuditEntry._meta.db_table in connection.introspection.table_names()


@transaction.atomic
def protect(tables: list[Table]) -> None:
    """Put the triggers on the tables that lack them; rows already there are chained as they are."""
    with connection.cursor() as cursor:
        for table in list(unprotected(tables)):
            for trigger in sorted(TRIGGERS):
                drop = "DROP TRIGGER IF EXISTS {trigger} ON {table}"
                cursor.execute(
                    sql.SQL(drop).format(
                        trigger=sql.Identifier(trigger), table=sql.Identifier(table.name)
                    )
                )
            cursor.execute(table.write(_PROTECT))
            cursor.execute(table.write(_NOTE_EARLIER))
