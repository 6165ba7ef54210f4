"""From a file to a sheet."""

import io
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import kinds
from .apart.limits import MIB, Limits
from .cells import Cell
from .delimited import Delimited
from .headings import SEARCHED_ROWS, find_header, header_of
from .lines import Gap, Lines, Record, Records
from .refusals import Refused
from .sheet import Sheet, Stream
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
    with stream(source, headings=headings, sheet=sheet, limits=limits) as found:
        return found.part(list(found.records()))


@contextmanager
def stream(
    source: bytes | Path,
    *,
    headings: Collection[str],
    sheet: str | None = None,
    limits: Limits | None = None,
) -> Iterator[Stream]:
    """As ``read``, but the rows come one by one: of a text file only one is held at a time.

    :raises Refused: as ``read``; some faults of a text show only where its rows are asked for
    """
    limits = limits or Limits()
    with _opened(source, limits) as file:
        if kinds.is_zip(file.read(HEAD)):
            with closing(Workbook(file, limits, sheet)) as book:
                yield _of_workbook(book, headings)
        else:
            with closing(Delimited(file, headings)) as text:
                yield _of_text(text, headings)


@contextmanager
def _opened(source: bytes | Path, limits: Limits) -> Iterator[BinaryIO]:
    """The file, once its size is known to be small enough to look at."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.file_bytes:
        raise Refused(format_lazy(_TOO_LARGE, limit=limits.file_bytes // MIB))
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        yield file


def _of_workbook(book: Workbook, headings: Collection[str]) -> Stream:
    first = list(islice(book.rows(), SEARCHED_ROWS))
    at = find_header(first, headings)
    header = header_of(first[at])
    width = len(header)

    def records() -> Iterator[Record]:
        for number, row in enumerate(book.rows(at + 1), at + 2):
            cells = row if len(row) == width else row[:width]
            if not _is_empty(cells):
                yield number, cells, ""

    return Stream(book.name, book.form, header, at + 1, records, date1904=book.date1904)


def _is_empty(row: list[Cell]) -> bool:
    # A loop, because it ends at the first cell of nearly every row.
    for cell in row:  # noqa: SIM110
        if not isinstance(cell, str) or cell.strip():
            return False
    return True


def _of_text(text: Delimited, headings: Collection[str]) -> Stream:
    first = list(islice(text.records(), SEARCHED_ROWS))
    at = find_header([fields or [] for _number, fields, _why in first], headings)
    header = header_of(first[at][1] or [])

    def read(gap: Gap) -> Records:
        found = text.records_of(gap)
        return Records(_fitted(found, len(header)), lambda: (found.number, found.line))

    def records() -> Iterator[Record]:
        return _fitted(islice(text.records(), at + 1, None), len(header))

    is_utf8 = text.encoding in ("utf-8", "utf-8-sig")
    lines = Lines(text.file, text.behind(at + 1), text.delimiter, read) if is_utf8 else None
    encoding = text.encoding.removesuffix("-sig")
    return Stream("", "csv", header, at + 1, records, encoding, text.delimiter, lines=lines)


def _fitted(found: Iterable[tuple[int, list[str] | None, Any]], width: int) -> Iterator[Record]:
    """The records with anything in them, as wide as the headings."""
    for number, fields, reason in found:
        if fields is None:
            yield number, None, reason
        elif not "".join(fields).strip():
            continue
        elif len(fields) > width and "".join(fields[width:]).strip():
            yield number, None, _SHIFTED
        else:
            yield number, _as_wide(fields, width), ""


def _as_wide(fields: list[str], width: int) -> list[Cell]:
    """The fields of a record, as many as there are headings."""
    cells: list[Cell] = [*fields]
    return cells if len(cells) == width else (cells + [""] * width)[:width]
