"""Reading a long sheet in parts: first a look at every column, then row by row, few at a time."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from portal.lib.spreadsheets import Cell, Record, Stream

from .base import Context, Prepared
from .reading import Reading, prepare
from .results import Parsed
from .table import Column, Table
from .totals import Sums

# A column in which so many texts are unlike each other is looked at no further.
MOST_UNLIKE = 100_000


class Parts:
    """One stream by one table; ``sums`` are those of the rows that were read so far.

    :raises Refused: columns are missing, stand twice or cannot be understood as a whole
    """

    def __init__(self, table: Table, stream: Stream, *, at: datetime, size: int) -> None:
        self.table, self.stream, self.size = table, stream, size
        self.places = table.places(stream.header)
        self.context = Context(at=at, date1904=stream.date1904)
        self.sums = Sums()
        self.known = self._prepared()

    def __iter__(self) -> Iterator[tuple[list[Record], Parsed]]:
        """The rows of each part as they stand in the file, and as they were read."""
        records = self.stream.records()
        part = list(islice(records, self.size))
        while part:
            following = list(islice(records, self.size))
            reading = Reading(
                self.table,
                self.stream.part(part),
                self.places,
                self.context,
                known=self.known,
                sums=self.sums,
                is_last=not following,
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
        return tuple(text for place, text in header if place not in known and text.strip())

    def rules(self) -> dict[str, str]:
        """By heading, how numbers are read, where the column said so."""
        found = {self.table.heading_of(name): one.rule for name, one in self.known.items()}
        return {heading: str(rule) for heading, rule in found.items() if rule}

    def _prepared(self) -> dict[str, Prepared]:
        present = [column for column in self.table.columns if column.name in self.places]
        seen = self._seen([column for column in present if column.parse.alike])
        return {
            column.name: prepare(column, list(seen.get(column.name, {}).values()), self.context)
            for column in present
        }

    def _seen(self, columns: list[Column]) -> dict[str, dict[object, Cell]]:
        """One text of each that are alike, of the columns whose rule depends on their texts."""
        seen: dict[str, dict[object, Cell]] = {column.name: {} for column in columns}
        looks = [(self.places[c.name], c.parse.alike or len, seen[c.name]) for c in columns]
        for _number, cells, _why in self.stream.records() if looks else ():
            if cells is None:
                continue
            for place, alike, found in looks:
                if isinstance(cell := cells[place], str) and len(found) < MOST_UNLIKE:
                    found.setdefault(alike(cell), cell)
        return seen
