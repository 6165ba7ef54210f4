"""Everything that was ever chained, computed once more by the database."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection

from portal.lib import sql

from .tables import Table, audited, unprotected

START = "0" * 64
LINKS_AT_ONCE = 10_000

# The row of each link, and each row's link: one row for each that does not hold.
_ROWS = """
    SELECT entry.sequence, entry.row_key, kept.{key} IS NULL AS gone
    FROM customers_auditentry entry LEFT JOIN {table} AS kept ON kept.{key} = entry.row_key
    WHERE entry.table_name = {name}
        AND (kept.{key} IS NULL OR customers_audit_digest(kept) <> entry.row_hash)
    ORDER BY entry.sequence
"""
_UNLINKED = """
    SELECT kept.{key} FROM {table} AS kept
    WHERE NOT EXISTS (
        SELECT FROM customers_auditentry entry
        WHERE entry.table_name = {name} AND entry.row_key = kept.{key}
    )
    ORDER BY kept.{key}
"""
_COUNT = "SELECT count(*) FROM {table}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written: where, and what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class Report:
    """What was verified, and every fault that was found."""

    links: int = 0
    head: str = START
    rows: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def verify(*, head: str = "") -> Report:
    """Compute every hash again: of each link, of each row, and of the head that was noted.

    Wants a snapshot of the database, or rows written meanwhile look like faults.

    :param head: a head that was noted before; empty where none was
    """
    report, tables = Report(), audited()
    report.faults += _faults_of_links(report, head)
    for table in tables:
        report.rows[table.name] = _one(table.write(_COUNT))
        report.faults += _faults_of_rows(table)
    report.faults += (Fault(table.name, "lacks its triggers") for table in unprotected(tables))
    report.faults += _unknown_tables(tables)
    return report


def _faults_of_links(report: Report, noted: str) -> Iterator[Fault]:
    is_there = noted in {"", START}
    for sequence, link, follows, fits, holds in _links():
        if not follows:
            yield Fault(f"link {sequence}", "the links before it are missing")
        elif not fits:
            yield Fault(f"link {sequence}", "does not follow the link before it")
        if not holds:
            yield Fault(f"link {sequence}", "was changed")
        report.links, report.head = report.links + 1, link
        is_there = is_there or link == noted
    if not is_there:
        yield Fault("head", "the head noted before is not in the chain: its end is missing")


def _links() -> Iterator[tuple[int, str, bool, bool, bool]]:
    """Number and hash of each link; whether its number, its forerunner and its hash are right."""
    last, previous = 0, START
    while True:
        at_once = {"last": last, "previous": previous, "size": LINKS_AT_ONCE}
        links = sql.run("customers", "check_audit_links", at_once)
        yield from links
        if len(links) < LINKS_AT_ONCE:
            return
        last, previous = links[-1][:2]


def _faults_of_rows(table: Table) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(table.write(_ROWS))
        for sequence, key, gone in cursor:
            what = "was deleted" if gone else "was changed"
            yield Fault(f"{table.name} {key}", f"{what} after link {sequence}")
        cursor.execute(table.write(_UNLINKED))
        for (key,) in cursor:
            yield Fault(f"{table.name} {key}", "has no link in the chain")


def _unknown_tables(tables: list[Table]) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT table_name FROM customers_auditentry")
        for name in sorted({name for (name,) in cursor} - {table.name for table in tables}):
            yield Fault(name, "is chained and unknown")


def _one(statement: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)  # type: ignore[arg-type]  # psycopg composes, Django hands it on
        return int(cursor.fetchone()[0])
