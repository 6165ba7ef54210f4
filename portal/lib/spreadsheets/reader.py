"""From a file to a sheet."""

import io
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import kinds
from .cells import Cell
from .delimited import Delimited
from .headings import SEARCHED_ROWS, find_header, header_of
from .refusals import Refused
from .sheet import MIB, Limits, Sheet
from .workbook import Workbook

HEAD = 2**16

_TOO_LARGE = _("The file is larger than {limit} MiB.")
_SHIFTED = _("This row has more fields than there are headings; a separator is not quoted.")


def read(
    source: bytes | Path,
    *,
    headings: Collection[str],
    sheet: str | None = None,
    limits: Limits | None = None,
) -> Sheet:
    """The rows of a CSV, XLSX or ODS file under the row that holds the expected ``headings``.

    ``sheet`` names the sheet of a workbook in which several hold data.

    :raises Refused: the file is too large, of another kind, damaged, or not what was expected
    """
    limits = limits or Limits()
    with _opened(source, limits) as file:
        if kinds.is_zip(file.read(HEAD)):
            return _of_workbook(Workbook(file, limits), headings, sheet)
        with closing(Delimited(file, headings)) as text:
            return _of_text(text, headings)


@contextmanager
def _opened(source: bytes | Path, limits: Limits) -> Iterator[BinaryIO]:
    """The file, once its size is known to be small enough to look at."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.file_bytes:
        raise Refused(format_lazy(_TOO_LARGE, limit=limits.file_bytes // MIB))
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        yield file


def _of_workbook(book: Workbook, headings: Collection[str], wanted: str | None) -> Sheet:
    name, rows = book.rows(wanted)
    at = find_header(rows, headings)
    header = header_of(rows[at])
    width = len(header)
    under: list[tuple[int, list[Cell]]] = []
    for number, row in enumerate(rows[at + 1 :], at + 2):
        cells = row if len(row) == width else row[:width]
        if not _is_empty(cells):
            under.append((number, cells))
    return Sheet(name, book.form, header, at + 1, under, date1904=book.date1904)


def _is_empty(row: list[Cell]) -> bool:
    # A loop, because it ends at the first cell of nearly every row.
    for cell in row:  # noqa: SIM110
        if not isinstance(cell, str) or cell.strip():
            return False
    return True


def _of_text(text: Delimited, headings: Collection[str]) -> Sheet:
    records = text.records()
    first = list(islice(records, SEARCHED_ROWS))
    at = find_header([fields or [] for _number, fields, _why in first], headings)
    header = header_of(first[at][1] or [])
    width = len(header)
    rows: list[tuple[int, list[Any]]] = []
    unreadable: list[tuple[int, Any]] = []
    for number, fields, reason in chain(first[at + 1 :], records):
        if fields is None:
            unreadable.append((number, reason))
        elif not "".join(fields).strip():
            continue
        elif len(fields) > width and "".join(fields[width:]).strip():
            unreadable.append((number, _SHIFTED))
        else:
            rows.append((number, _as_wide(fields, width)))
    form, encoding = "csv", text.encoding.removesuffix("-sig")
    return Sheet("", form, header, at + 1, rows, unreadable, encoding, text.delimiter)


def _as_wide(fields: list[str], width: int) -> list[str]:
    """The fields of a record, as many as there are headings."""
    return fields if len(fields) == width else (fields + [""] * width)[:width]
