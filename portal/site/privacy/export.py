"""Everything held about a person as one file: to read, for a spreadsheet, and for programs.

Rows go from a cursor straight into the archive on disk, so that a hundred thousand of them cost
no more memory than one.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from itertools import islice
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import get_language

from portal.lib.csv_lines import csv_lines

from .person import Person
from .register import REGISTER
from .tables import Table

AT_ONCE = 500
READABLE = 200
"""Rows of one table on the page to read; all of them are in the spreadsheets."""


def write(file: IO[bytes], *, person: Person, at: datetime) -> None:
    """Write the archive: one page, one CSV a table, one JSON with everything."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        _write_page(archive, person, at)
        _write_json(archive, person, at)
        for table in REGISTER:
            _write_csv(archive, table, person)


def _rows(table: Table, person: Person) -> Iterator[tuple[Any, ...]]:
    return person.rows(table).values_list(*table.fields).iterator(chunk_size=AT_ONCE)


def _write_csv(archive: ZipFile, table: Table, person: Person) -> None:
    with _entry(archive, f"{table.name}.csv") as text:
        rows = (map(_in_a_cell, row) for row in _rows(table, person))
        text.writelines(csv_lines(table.fields, rows))


def _write_json(archive: ZipFile, person: Person, at: datetime) -> None:
    with _entry(archive, "data.json") as text:
        text.write(f'{{"made_at": {json.dumps(_plain(at))}, "tables": {{')
        for number, table in enumerate(REGISTER):
            text.write(f"{',' if number else ''}\n{json.dumps(table.name)}: [")
            for place, row in enumerate(_rows(table, person)):
                record = dict(zip(table.fields, map(_plain, row), strict=True))
                text.write(("," if place else "") + "\n" + json.dumps(record, ensure_ascii=False))
            text.write("]")
        text.write("}}\n")


def _write_page(archive: ZipFile, person: Person, at: datetime) -> None:
    page = {
        "at": at,
        "language": get_language(),
        "user": person.user,
        "tables": [_readable(table, person) for table in REGISTER],
        "limit": READABLE,
    }
    with _entry(archive, "index.html") as text:
        text.write(render_to_string("me/export.html", page))


def _readable(table: Table, person: Person) -> dict[str, Any]:
    """The first rows of one table, for the page."""
    rows = list(islice(_rows(table, person), READABLE + 1))
    return {
        "table": table,
        "rows": [[_shown(value) for value in row] for row in rows[:READABLE]],
        "has_more": len(rows) > READABLE,
    }


def _entry(archive: ZipFile, name: str, encoding: str = "utf-8") -> TextIOWrapper:
    return TextIOWrapper(archive.open(name, "w"), encoding=encoding, newline="")


def _plain(value: Any) -> Any:
    """A value as programs read it: instants with their zone, decimals exactly."""
    match value:
        case datetime():
            return localtime(value).isoformat(timespec="seconds")
        case date() | Decimal():
            return str(value)
        case _:
            return value


def _in_a_cell(value: Any) -> Any:
    """A value as spreadsheets here read it: decimals behind a comma."""
    return value if isinstance(value, Decimal) else _plain(value)


def _shown(value: Any) -> Any:
    """A value as people read it; nothing where nothing is known."""
    match value:
        case None:
            return ""
        case list():
            return ", ".join(map(str, value))
        case datetime():
            return localtime(value)
        case _:
            return value
