"""What a column's parser is made of."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from portal.lib.errors import Unreadable
from portal.lib.periods import local_day
from portal.lib.spreadsheets import Cell

SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")

DIGITS_LOST = _(
    "The spreadsheet has shortened this number and digits are lost; format the column as text and "
    "type it again."
)


class Wrong(Unreadable):
    """A cell that is not what its column should hold."""


class Mended(NamedTuple):
    """A value that was not written as it should be, but certainly means this; and why."""

    value: Any
    why: Any


@dataclass(frozen=True)
class Context:
    """What a parser may know besides the cells: the time of the load, the workbook's calendar, and
    by column the mark before decimals, as somebody said it.
    """

    at: datetime
    date1904: bool = False
    marks: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""

    def of(self, column: str) -> "Context":
        """The same for one column."""
        return replace(self, mark=self.marks[column]) if column in self.marks else self

    @property
    def today(self) -> date:
        """The day of the load in Viet Nam."""
        return local_day(self.at)


Read = Callable[[Cell], Any]


class Stored(NamedTuple):
    """How a value is written as text, and how the database reads that text.

    ``cast`` is SQL that says ``{}`` for the text, where days are written like 23/11/2026. ``typed``
    is what a cell holds in a file that we hand out, where that is no text: a number, a day.
    """

    cast: str = "{}"
    write: Callable[[Any], str] = str
    typed: Callable[[Any], Any] | None = None

    @property
    def cell(self) -> Callable[[Any], Any]:
        """Gives what stands in a cell of a file, from which the value is read again."""
        return self.typed or self.write


TEXT = Stored()


class Prepared(NamedTuple):
    """How to read the cells of one column, and the rule that was found for it, in words.

    ``read`` gives the value, or a :class:`Mended` one, or raises ``Unreadable``. ``form`` is a
    regular expression of texts that ``read`` takes as they stand and the database reads to the same
    value, whatever rule the rest of the column leads to; empty where there are none.
    """

    read: Read
    rule: Any = ""
    form: str = ""


@dataclass(frozen=True)
class Parser:
    """Looks at a whole column first, then reads its cells one by one.

    ``prepare`` raises ``Unreadable`` where the column as a whole cannot be understood. It learns
    nothing from a text that ``alike`` gives the same for as for another one, so that of a long
    column a few texts are enough; without ``alike`` it needs to see none.
    """

    prepare: Callable[[Sequence[Cell], Context], Prepared]
    alike: Callable[[str], object] | None = None
    stored: Stored = TEXT
    # What people are told to write there.
    about: Any = ""


def each(read: Read, *, form: str = "", stored: Stored = TEXT, about: Any = "") -> Parser:
    """A parser that needs to know nothing but the cell."""
    return Parser(lambda _cells, _context: Prepared(read, form=form), stored=stored, about=about)
