"""Reading a long sheet in parts: first a look at every column, then row by row, few at a time."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice

from portal.lib.spreadsheets import Cell, Record, Refused, Run, Stream

from . import lines
from .base import Context, Prepared
from .reading import Reading, prepare
from .results import Parsed
from .table import Table
from .totals import Sums

# A column in which so many texts are unlike each other is looked at no further.
MOST_UNLIKE = 100_000
# By so many rows it is guessed how the columns of a file are written.
HEAD = 2_000


class Parts:
    """One stream by one table; ``sums`` are those of the rows that were read so far.

    Whoever takes the ``runs`` first, lines that need no reading, gets the other rows by iterating.

    :param marks: by column the mark before decimals, as somebody said it
    :raises Refused: columns are missing, stand twice or cannot be understood as a whole
    """

    def __init__(
        self,
        table: Table,
        stream: Stream,
        *,
        at: datetime,
        size: int,
        marks: Mapping[str, str] | None = None,
    ) -> None:
        self.table, self.stream, self.size = table, stream, size
        self.places = table.places(stream.header)
        self.context = Context(at=at, date1904=stream.date1904, marks=marks or {})
        self.sums = Sums()
        self._columns = [column for column in table.columns if column.name in self.places]
        self._seen: dict[str, dict[object, Cell]] = {column.name: {} for column in self._columns}
        self._has_runs = False

    def runs(self) -> Iterator[list[Run]]:
        """Lines that need no reading, a block of the file at a time; each is a good row.

        Their form is guessed by the head of the file. Whatever rule the other rows lead to, they
        are read the same: each either proves the rule that was guessed, or fits any.
        """
        head = list(islice(self.stream.records(), HEAD))
        form = self._form([cells for _number, cells, _why in head if cells is not None])
        if self.stream.lines is None or form is None:
            return
        self._has_runs = True
        self._look(iter(head))
        yield from self.stream.lines.split(form, self._look)

    def __iter__(self) -> Iterator[tuple[list[Record], Parsed]]:
        """The rows of each part as they stand in the file, and as they were read."""
        known, records = self.known, self._records()
        part = list(islice(records, self.size))
        while part:
            following = list(islice(records, self.size))
            reading = Reading(
                self.table,
                self.stream.part(part),
                self.places,
                self.context,
                known=known,
                sums=self.sums,
                is_last=not following and self._ends_unread,
            )
            yield part, reading.part()
            part = following

    def absent(self) -> set[str]:
        """Names of columns that the file does not have."""
        return {column.name for column in self.table.columns} - self.places.keys()

    def ignored(self) -> tuple[str, ...]:
        """Headings that mean nothing here."""
        known = set(self.places.values())
        header = enumerate(self.stream.header)
        unused = (text for place, text in header if place not in known and text.strip())
        return tuple(map(self.table.repeated, unused))

    def rules(self) -> dict[str, str]:
        """By heading, how numbers are read, where the column said so."""
        found = {self.table.heading_of(name): one.rule for name, one in self.known.items()}
        return {heading: str(rule) for heading, rule in found.items() if rule}

    @cached_property
    def known(self) -> dict[str, Prepared]:
        """How each column is read, by all that stands in it.

        :raises Refused: a column cannot be understood as a whole
        """
        if not self._has_runs and any(column.parse.alike for column in self._columns):
            self._look(self.stream.records())
        return {
            column.name: prepare(column, list(self._seen[column.name].values()), self.context)
            for column in self._columns
        }

    def _records(self) -> Iterator[Record]:
        """All rows, or those that stand in no run."""
        if self._has_runs and self.stream.lines:
            return self.stream.lines.records()
        return self.stream.records()

    @property
    def _ends_unread(self) -> bool:
        """Whether the last row of the file is none of a run, so that it may hold totals."""
        return not self._has_runs or self.stream.lines is None or self.stream.lines.ends_in_gap

    def _form(self, rows: Sequence[list[Cell]]) -> re.Pattern[bytes] | None:
        """The lines that need no reading, as far as the head of the file tells."""
        is_read = self.table.derived.columns or (self.table.checks and not self.table.certain)
        if is_read or self.stream.lines is None:
            return None
        forms = {}
        for column in self._columns:
            cells = [row[self.places[column.name]] for row in rows]
            try:
                prepared = prepare(column, cells, self.context)
            except Refused:
                return None
            forms[column.name] = lines.form_of(column, prepared, cells)
        wide, mark = len(self.stream.header), self.stream.delimiter
        return lines.expression(self._columns, self.places, forms, wide, mark)

    def _look(self, records: Iterator[Record]) -> None:
        """Keep one text of each that are alike, where the rule of a column depends on its texts."""
        looks = [
            (self.places[column.name], column.parse.alike, self._seen[column.name])
            for column in self._columns
            if column.parse.alike
        ]
        for _number, cells, _why in records:
            if cells is None:
                continue
            for place, alike, found in looks:
                if isinstance(cell := cells[place], str) and len(found) < MOST_UNLIKE:
                    found.setdefault(alike(cell), cell)
