"""The declaration of one kind of file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.lib import secret_numbers
from portal.lib.spreadsheets import Refused, Sheet, heading_key

from .base import Context, Parser, Stored
from .reading import Reading
from .results import Parsed

_AMBIGUOUS = _("Two columns mean {heading}: {found}. Keep one of them.")
_MISSING = _("These columns are missing: {missing}. The file has: {found}.")


class MissingColumns(Refused):
    """Columns that a file lacks, by their names."""

    def __init__(self, reason: Any, names: Iterable[str]) -> None:
        super().__init__(reason)
        self.names = tuple(names)


# Given the values of a row: the names of wrong columns, each with the reason.
Check = Callable[[Mapping[str, Any]], Iterable[tuple[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what it is called in files and in code, and how its cells are read.

    An empty cell gives ``default``, or is refused where ``required``. ``summed`` says that a row of
    totals at the end must agree with the column. ``secret`` says that its values are sealed, and
    that no cell of it is ever repeated: see :func:`~portal.lib.columns.sealed`.
    """

    name: str
    heading: str
    parse: Parser
    synonyms: tuple[str, ...] = ()
    required: bool = True
    default: Any = None
    summed: bool = False
    # What people are told to write there, where the parser's own words say too little.
    hint: Any = ""
    secret: bool = False

    @property
    def about(self) -> Any:
        """What people are told to write there."""
        return self.hint or self.parse.about


@dataclass(frozen=True)
class Derived:
    """What follows from the values of a row, worked out once, as it is read.

    ``of`` gives it by name; ``columns`` says how each is written and read by the database.
    """

    columns: Mapping[str, Stored]
    of: Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What the rows of one kind of file are; ``key`` names the columns that identify one.

    Rows with the same key: with ``duplicates="first"`` the first one counts and later ones are
    refused; with ``"none"`` identical ones count once, and different ones are all refused, since
    nobody can tell which is right.

    ``certain`` is SQL that says ``{name}`` for a value: where it holds, no check finds anything.
    """

    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    duplicates: Literal["first", "none"] = "none"
    checks: Sequence[Check] = ()
    certain: str = ""
    derived: Derived = Derived({}, lambda _values: {})

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        headings = [heading_key(heading) for heading in self.headings()]
        if len(set(names)) < len(names) or len(set(headings)) < len(headings):
            raise ValueError(f"{self.kind}: a name or heading stands twice")
        if unknown := set(self.key) - set(names):
            raise ValueError(f"{self.kind}: no such key columns: {unknown}")

    def headings(self) -> tuple[str, ...]:
        """Every heading by which a column is known, synonyms behind their heading."""
        return tuple(text for column in self.columns for text in (column.heading, *column.synonyms))

    def heading_of(self, name: str) -> str:
        """The heading of the column ``name``; any other text stays as it is."""
        return next((c.heading for c in self.columns if c.name == name), name)

    @property
    def is_secret(self) -> bool:
        """Whether such a file holds what nobody may read in passing."""
        return any(column.secret for column in self.columns)

    def repeated(self, text: str, *, name: str = "") -> str:
        """What may be repeated of a cell of the column ``name``, or of none that is known.

        Where a kind of file holds secrets, people put them into wrong columns, too.
        """
        if not text or not self.is_secret:
            return text
        is_secret = any(column.secret for column in self.columns if column.name == name)
        return secret_numbers.HIDDEN if is_secret else secret_numbers.hidden(text)

    def written(self, rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        """Rows of values, in the order of the columns, as the cells of a file that reads back."""
        writes = [column.parse.stored.cell for column in self.columns]
        for row in rows:
            yield [
                None if value is None else write(value)
                for write, value in zip(writes, row, strict=True)
            ]

    def wrong(self, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """What the checks over several columns find in a row: the column, and the reason."""
        for check in self.checks:
            yield from check(values)

    def read(self, sheet: Sheet, *, at: datetime) -> Parsed:
        """The rows of ``sheet``, good and refused, and what was remarked on.

        :raises Refused: columns are missing, stand twice or cannot be understood as a whole
        """
        places = self.places(sheet.header)
        context = Context(at=at, date1904=sheet.date1904)
        return Reading(self, sheet, places, context).result()

    def places(self, header: tuple[str, ...]) -> dict[str, int]:
        """The position of each column that the header has, by name.

        :raises MissingColumns: some are not there
        :raises Refused: some stand twice
        """
        names = {
            heading_key(text): column
            for column in self.columns
            for text in (column.heading, *column.synonyms)
        }
        places: dict[str, int] = {}
        for place, heading in enumerate(header):
            if (column := names.get(heading_key(heading))) is None:
                continue
            if column.name in places:
                found = f"{header[places[column.name]]}, {heading}"
                raise Refused(format_lazy(_AMBIGUOUS, heading=column.heading, found=found))
            places[column.name] = place
        self._check_complete(places, header)
        return places

    def _check_complete(self, places: Mapping[str, int], header: tuple[str, ...]) -> None:
        missing = [c for c in self.columns if c.required and c.name not in places]
        if missing:
            found = ", ".join(map(self.repeated, filter(None, header)))
            named = ", ".join(column.heading for column in missing)
            reason = format_lazy(_MISSING, missing=named, found=found)
            raise MissingColumns(reason, (column.name for column in missing))
