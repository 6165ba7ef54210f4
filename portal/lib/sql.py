"""Work in sets: COPY into a staging table, then one statement a step.

A statement lives in ``<app>/sql/<verb_noun>.sql`` and is opened by its grain and by what makes a
rerun safe. Where it turns an instant into a day, it says ``{zone}`` for the zone of our days; a
condition that several statements share stands in a file of its own, as ``{app.name}``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models.expressions import RawSQL
from psycopg import Cursor, sql

from .periods import LOCAL

_SHARED = re.compile(r"\{(\w+)\.(\w+)\}")
_NAMED = re.compile(r"%\((\w+)\)s")


@cache
def statement(app: str, name: str) -> str:
    """The text of ``<app>/sql/<name>.sql``, with what it shares and the zone of our days."""
    text = resources.files(app).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    text = _SHARED.sub(lambda shared: statement(shared[1], shared[2]), text)
    return text.replace("{zone}", f"'{LOCAL.key}'")


def run(
    app: str,
    name: str,
    parameters: Mapping[str, Any] | Sequence[Any] | None = None,
    parts: Mapping[str, str] | None = None,
) -> list[tuple[Any, ...]]:
    """Execute ``<app>/sql/<name>.sql`` and return its rows, none where it returns none.

    :param parts: what stands in the statement for ``{name}``: text of ours, never of a visitor
    """
    with connection.cursor() as cursor:
        cursor.execute(_whole(app, name, parts or {}), parameters)
        return list(cursor.fetchall()) if cursor.description else []


def run_prepared(
    app: str, name: str, parameters: Mapping[str, Any], parts: Mapping[str, str] | None = None
) -> list[tuple[Any, ...]]:
    """As ``run``, by a plan that this connection keeps, whatever the parameters.

    For a statement that takes the database longer to plan than to execute. It must reach its rows
    by a list of keys, so that the plan cannot depend on how many there are. Must run inside a
    transaction.
    """
    text = _whole(app, name, parts or {})
    connection.ensure_connection()
    # Django's own cursors put the values into the text, which cannot be prepared.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(text, parameters, prepare=True)
        return list(cursor.fetchall()) if cursor.description else []


def _whole(app: str, name: str, parts: Mapping[str, str]) -> str:
    text = statement(app, name)
    for part, own in parts.items():
        text = text.replace(f"{{{part}}}", own)
    return text


def column(app: str, name: str, column: str, parameters: Mapping[str, Any]) -> RawSQL:
    """One column of ``<app>/sql/<name>.sql``, as a part of a query of the ORM."""
    text = statement(app, name)
    values = [parameters[named] for named in _NAMED.findall(text)]
    rows = _NAMED.sub("%s", text)
    return RawSQL(f"SELECT {column} FROM ({rows}) AS found", values)  # noqa: S608, S611 - files of ours


def database_url() -> str:
    """This process's database as a URL, for a process of its own."""
    given = connection.settings_dict
    # A socket's folder stands among the options, a server's name beside them.
    options = given.get("OPTIONS", {})
    host, port = given["HOST"] or options.get("host"), given["PORT"] or options.get("port")
    place = urlencode({"host": host, "port": port or 5432})
    return f"postgresql://{given['USER']}:{given['PASSWORD']}@/{given['NAME']}?{place}"


def stage(table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
    """Fill the temporary ``table`` (column name → SQL type) by COPY; it lives until the commit.

    Must run inside a transaction.
    """
    with connection.cursor() as cursor:
        name = sql.Identifier(table)
        _create(cursor, name, columns)
        copy = sql.SQL("COPY {} FROM STDIN").format(name)
        with cursor.copy(copy) as sink:
            for row in rows:
                sink.write_row(row)
        cursor.execute(sql.SQL("ANALYZE {}").format(name))


def stage_query(table: str, query: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Fill the temporary ``table`` by a query; as :func:`stage`."""
    name = sql.Identifier(table)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
        made = sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS ").format(name)
        cursor.execute(made + sql.SQL(query), parameters)
        cursor.execute(sql.SQL("ANALYZE {}").format(name))


def analyze(table: str) -> None:
    """Have the database look at what stands in ``table`` now."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


def analyze_outgrown(table: str, *, by: int) -> None:
    """Analyze ``table`` if this transaction added more rows than its statistics can know of.

    :param by: the rows that this transaction added
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.reltuples, pg_stat_get_live_tuples(c.oid)"
            " FROM pg_class c WHERE c.oid = %s::regclass",
            [table],
        )
        known, committed = cursor.fetchone()
    # An analysis that was taken back leaves behind how many rows there were, but of their values
    # what was seen before: then the rows that others committed say how much that can be. Minus one
    # is known of a table that was never looked at.
    if by > max(0, min(known, committed)):
        analyze(table)


def take_turns(what: str) -> None:
    """Wait for whoever else does this, and let others wait, until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def within_transaction(**settings: str) -> None:
    """Set settings of the database until the commit."""
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def commit_unhurried() -> None:
    """Have the commit not wait for the disk.

    What is committed so is whole and in order, but a crash of the database may take back the last
    of it: only for a step that writes, together with its work, the mark from which it goes on, or
    that is done again from its beginning until a commit that waits has said it is whole. Must run
    inside a transaction.
    """
    within_transaction(synchronous_commit="off")


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Add rows to a table of ours by COPY, in the order of ``columns``."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(command) as sink:
        for row in rows:
            sink.write_row(row)


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[bytes], *, mark: str) -> None:
    """Add rows to a table of ours that are written already: fields between marks, no quotes."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    command = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv, DELIMITER {})").format(
        sql.Identifier(table), names, sql.Literal(mark)
    )
    with connection.cursor() as cursor, cursor.copy(command) as sink:
        for piece in lines:
            sink.write(piece)


def _create(cursor: CursorWrapper, name: sql.Identifier, columns: Mapping[str, str]) -> None:
    body = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))
        for column, kind in columns.items()
    )
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
    cursor.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(name, body))
