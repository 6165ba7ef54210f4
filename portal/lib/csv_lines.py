"""Rows as CSV: the one dialect of every such file that we hand out.

As a double click opens it in Vietnam: semicolons between the cells, since the comma parts decimals
here; UTF-8 with its mark; lines that end in CR LF; and no text that is run as a formula.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TextIO

from .text import escape_formula, printable

CONTENT_TYPE = "text/csv; charset=utf-8"
# The mark by which spreadsheets know UTF-8.
MARK = "\ufeff"
# So much text makes one piece: a write for each line would cost more than the line.
PIECE = 2**16


class CsvWriter:
    """Writes rows into a text file that was opened without translation of line ends."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file, delimiter=";", lineterminator="\r\n")

    def write(self, row: Iterable[object]) -> None:
        self._writer.writerow([csv_cell(cell) for cell in row])


def csv_lines(headings: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A whole file in pieces; a million rows take no more memory than a few."""
    piece = io.StringIO(newline="")
    piece.write(MARK)
    writer = CsvWriter(piece)
    writer.write(map(str, headings))
    for row in rows:
        writer.write(row)
        if piece.tell() >= PIECE:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()


def csv_cell(value: object) -> str:
    """A value as the text of a cell: days as 2026-11-23, decimals behind a comma, no thousands."""
    if isinstance(value, str):
        # What is left out first cannot hide the sign of a formula behind it.
        return str(escape_formula(printable(value)))
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".replace(".", ",")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date | int):
        return str(value)
    return str(escape_formula(printable(str(value))))
