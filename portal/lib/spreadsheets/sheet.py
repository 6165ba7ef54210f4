"""What reading gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .cells import Cell
from .lines import Lines, Record


@dataclass(frozen=True)
class Sheet:
    """The rows under the headings of one sheet, numbered as the spreadsheet numbers them.

    Empty rows are left out; each row has as many cells as ``header``. ``unreadable`` are rows that
    could not be split into cells, with the reason.
    """

    name: str
    form: str
    header: tuple[str, ...]
    header_row: int
    rows: list[tuple[int, list[Cell]]]
    unreadable: list[tuple[int, Any]] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    date1904: bool = False


@dataclass(frozen=True)
class Stream:
    """A sheet whose rows come one by one, as often as asked; what holds of rows of a
    :class:`Sheet` holds of ``records``. A text file in UTF-8 can also be had by its ``lines``.
    """

    name: str
    form: str
    header: tuple[str, ...]
    header_row: int
    records: Callable[[], Iterator[Record]]
    encoding: str = ""
    delimiter: str = ""
    date1904: bool = False
    lines: Lines | None = None

    def part(self, records: list[Record]) -> Sheet:
        """So many of the rows as a sheet of their own."""
        return Sheet(
            self.name,
            self.form,
            self.header,
            self.header_row,
            [(number, cells) for number, cells, _why in records if cells is not None],
            [(number, why) for number, cells, why in records if cells is None],
            self.encoding,
            self.delimiter,
            self.date1904,
        )
