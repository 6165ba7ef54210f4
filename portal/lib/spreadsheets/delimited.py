"""CSV in whatever dialect: the delimiter is found, rows keep their numbers, quotes must close."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .encodings import encoding_of
from .headings import SEARCHED_ROWS, heading_key, matches
from .refusals import Refused

DELIMITERS = ";,\t|"
# More lines than this in one record come from a quote that was never closed.
LINES_IN_RECORD = 20

_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_UNCLOSED = _("The quotation mark that opens in line {line} is never closed.")
_TOO_LONG = _("A field of this row is longer than any field can be.")
_QUOTES = _("The quotation marks in this row do not pair up.")


class Delimited:
    """A text file of records; the delimiter is the one that shows most of the headings."""

    def __init__(self, file: BinaryIO, headings: Collection[str]) -> None:
        self.encoding = encoding_of(file)
        file.seek(0)
        self._text = io.TextIOWrapper(file, encoding=self.encoding, newline="")
        head = list(islice(self._lines(), SEARCHED_ROWS * 2))
        declared = _SEP_LINE.fullmatch(head[0]) if head else None
        # A "sep=" line speaks to Excel, which does not count it as a row either.
        self.skipped = 1 if declared else 0
        self.delimiter = declared[1] if declared else _likeliest(head, headings)

    def close(self) -> None:
        self._text.close()

    def records(self) -> Iterator[tuple[int, list[str] | None, Any]]:
        """The number of each record, its fields, or None and why it cannot be split.

        :raises Refused: a quotation mark is never closed
        """
        lines = islice(self._lines(), self.skipped, None)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        number = last_line = 0
        while True:
            number += 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._check_closed(reader.line_num, last_line, at_end="end of data" in str(error))
                yield number, None, _TOO_LONG if "limit" in str(error) else _QUOTES
            else:
                if reader.line_num - last_line > LINES_IN_RECORD:
                    raise self._unclosed(last_line)
                yield number, fields, ""
            last_line = reader.line_num

    def _check_closed(self, line: int, last_line: int, *, at_end: bool) -> None:
        """A fault within one line spoils one row; one that ran on over lines spoils the file."""
        if at_end or line - last_line > 1:
            raise self._unclosed(last_line)

    def _unclosed(self, last_line: int) -> Refused:
        return Refused(format_lazy(_UNCLOSED, line=last_line + 1 + self.skipped))

    def _lines(self) -> Iterator[str]:
        self._text.seek(0)
        if self.encoding != "cp1258":
            return self._text
        # Windows-1258 writes tones as signs of their own.
        return (unicodedata.normalize("NFC", line) for line in self._text)


def _likeliest(lines: list[str], headings: Collection[str]) -> str:
    """The delimiter under which one line shows the most headings, the commoner one on a tie."""
    keys = {heading_key(heading) for heading in headings}
    text = "".join(lines)
    return max(DELIMITERS, key=lambda mark: (_most(lines, mark, keys), text.count(mark)))


def _most(lines: list[str], delimiter: str, keys: set[str]) -> int:
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return 0
    return max((matches(row, keys) for row in rows), default=0)
