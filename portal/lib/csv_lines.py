"""Rows as the lines of a CSV file that spreadsheets open: UTF-8, and no text run as a formula."""

import csv
from collections.abc import Iterable, Iterator

from .text import escape_formula

CONTENT_TYPE = "text/csv; charset=utf-8"


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(headings: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines, one after the other; numbers stay numbers."""
    writer = csv.writer(_Echo())
    # The mark by which spreadsheets know UTF-8.
    yield "\ufeff"
    yield writer.writerow([str(heading) for heading in headings])
    for row in rows:
        yield writer.writerow([escape_formula(cell) for cell in row])
