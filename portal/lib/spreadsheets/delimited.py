"""CSV in whatever dialect: the delimiter is found, rows keep their numbers, quotes must close."""

import csv
import io
import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .encodings import encoding_of
from .headings import SEARCHED_ROWS, heading_key, matches
from .lines import Gap
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
        self.file = file
        self._text = io.TextIOWrapper(file, encoding=self.encoding, newline="")
        head = list(islice(self._lines(), SEARCHED_ROWS * 2))
        declared = _SEP_LINE.fullmatch(head[0]) if head else None
        # A "sep=" line speaks to Excel, which does not count it as a row either.
        self.skipped = 1 if declared else 0
        self.delimiter = declared[1] if declared else _likeliest(head, headings)

    def close(self) -> None:
        self._text.close()

    def records(self) -> "Split":
        """All records, from the first line on."""
        lines = islice(self._lines(), self.skipped, None)
        return Split(lines, self.delimiter, line=self.skipped)

    def records_of(self, gap: Gap) -> "Split":
        """The records of one stretch of a file in UTF-8."""
        section = io.BufferedReader(_Section(self.file, gap.offset, gap.length))
        lines = io.TextIOWrapper(section, encoding="utf-8", newline="")
        return Split(lines, self.delimiter, number=gap.number, line=gap.line)

    def behind(self, records: int) -> Gap:
        """All that stands behind so many records of a file in UTF-8."""
        first = self.records()
        for _record in islice(first, records):
            pass
        taken = sum(len(line.encode()) for line in islice(self._lines(), first.line))
        offset = taken + (len(BOM_UTF8) if self.encoding == "utf-8-sig" else 0)
        return Gap(records, first.line, offset, self.file.seek(0, io.SEEK_END) - offset)

    def _lines(self) -> Iterator[str]:
        self._text.seek(0)
        if self.encoding != "cp1258":
            return self._text
        # Windows-1258 writes tones as signs of their own.
        return (unicodedata.normalize("NFC", line) for line in self._text)


class Split:
    """Lines as records: the number of each, its fields, or None and why it cannot be split.

    ``number`` and ``line`` tell how many came so far.

    :raises Refused: a quotation mark is never closed
    """

    def __init__(
        self, lines: Iterable[str], delimiter: str, *, number: int = 0, line: int = 0
    ) -> None:
        self.number, self.line = number, line
        self._before = line
        self._reader = csv.reader(lines, delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[tuple[int, list[str] | None, Any]]:
        return self

    def __next__(self) -> tuple[int, list[str] | None, Any]:
        begins = self.line
        try:
            fields = next(self._reader)
        except csv.Error as error:
            self._go_on()
            self._check_closed(begins, at_end="end of data" in str(error))
            return self.number, None, _TOO_LONG if "limit" in str(error) else _QUOTES
        self._go_on()
        if self.line - begins > LINES_IN_RECORD:
            raise _unclosed(begins)
        return self.number, fields, ""

    def _go_on(self) -> None:
        self.number, self.line = self.number + 1, self._before + self._reader.line_num

    def _check_closed(self, begins: int, *, at_end: bool) -> None:
        """A fault within one line spoils one row; one that ran on over lines spoils the file."""
        if at_end or self.line - begins > 1:
            raise _unclosed(begins)


def _unclosed(lines_before: int) -> Refused:
    return Refused(format_lazy(_UNCLOSED, line=lines_before + 1))


class _Section(io.RawIOBase):
    """A stretch of a file as a file of its own, wherever else the file is read meanwhile."""

    def __init__(self, file: BinaryIO, offset: int, length: int) -> None:
        self._file, self._at, self._end = file, offset, offset + length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._at)
        piece = self._file.read(min(len(buffer), self._end - self._at))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


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
