"""The rows that migrations leave, put back after each test that commits.

Django would empty every table instead: later tests would miss tariffs and groups, and the
emptying alone takes seconds.
"""

from django.db import connection

SCHEMA = "initial"


def remember() -> None:
    """Keep a copy of every row of the fresh test database."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in _tables():
            cursor.execute(f"CREATE TABLE {SCHEMA}.{_name(table)} AS TABLE {_name(table)}")


def restore() -> None:
    """Leave exactly those rows; numbers already given are not given again."""
    tables = _tables()
    with connection.cursor() as cursor:
        # No trigger runs: the copies fit together, so no foreign key has to be looked at, in no
        # particular order; and what is written once may be emptied. Only a superuser can say this.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(map(_name, tables))}")
        for table, columns in _filled(cursor):
            kept = ", ".join(map(_name, columns))
            copy = f"{SCHEMA}.{_name(table)}"
            cursor.execute(f"INSERT INTO {_name(table)} ({kept}) SELECT {kept} FROM {copy}")
        cursor.execute("SET session_replication_role = DEFAULT")


def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _filled(cursor) -> list[tuple[str, list[str]]]:
    """The tables that had rows, with the columns that can be written."""
    filled = []
    for table in _tables():
        cursor.execute(f"SELECT EXISTS (SELECT FROM {SCHEMA}.{_name(table)})")
        if cursor.fetchone()[0]:
            cursor.execute(
                "SELECT array_agg(column_name::text) FROM information_schema.columns "
                "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
                [table],
            )
            filled.append((table, cursor.fetchone()[0]))
    return filled


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
