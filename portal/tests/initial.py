"""The rows that migrations leave, put back after each test that commits.

Django would empty every table instead: later tests would miss tariffs and groups, and the
emptying alone takes seconds.
"""

from functools import cache

from django.db import connection
from django.db.backends.utils import CursorWrapper

SCHEMA = "initial"
# Emptied row by row up to this size, which for few rows is far cheaper than new files on the disk.
SMALL = 2**20  # bytes


def remember() -> None:
    """Keep a copy of every row of the fresh test database."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in _tables():
            cursor.execute(f"CREATE TABLE {SCHEMA}.{_name(table)} AS TABLE {_name(table)}")


def restore() -> None:
    """Leave exactly those rows; numbers already given are not given again."""
    with connection.cursor() as cursor:
        # No trigger runs: the copies fit together, so no foreign key has to be looked at, in no
        # particular order; and what is written once may be emptied. Only a superuser can say this.
        cursor.execute("SET session_replication_role = replica")
        used = _used(cursor)
        if large := [_name(table) for table, size in used if size > SMALL]:
            cursor.execute(f"TRUNCATE {', '.join(large)} CASCADE")
        for table, _size in used:
            cursor.execute(f"DELETE FROM {_name(table)}")
        for table, columns in _filled():
            copy = f"{SCHEMA}.{_name(table)}"
            cursor.execute(f"INSERT INTO {_name(table)} ({columns}) SELECT {columns} FROM {copy}")
        cursor.execute("SET session_replication_role = DEFAULT")


def _used(cursor: CursorWrapper) -> list[tuple[str, int]]:
    """The tables in which rows are, with their sizes."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}', pg_relation_size('{_name(table)}') "
        f"WHERE EXISTS (SELECT FROM {_name(table)})"
        for table in _tables()
    )
    cursor.execute(asked)
    return list(cursor.fetchall())


@cache
def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


@cache
def _filled() -> list[tuple[str, str]]:
    """The tables that had rows, with the columns that can be written."""
    filled = []
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"SELECT EXISTS (SELECT FROM {SCHEMA}.{_name(table)})")
            if cursor.fetchone()[0]:
                cursor.execute(
                    "SELECT string_agg(quote_ident(column_name), ', ') "
                    "FROM information_schema.columns WHERE table_schema = 'public' "
                    "AND table_name = %s AND is_generated = 'NEVER'",
                    [table],
                )
                filled.append((table, cursor.fetchone()[0]))
    return filled


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
