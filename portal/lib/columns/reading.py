"""Reading one sheet by one table: column by column, then row by row."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.lib.errors import Unreadable
from portal.lib.numbers import Unclear
from portal.lib.spreadsheets import ERROR_VALUE, Cell, Damaged, Refused, Sheet, shown
from portal.lib.text import clean, has_control_characters, unescape_formula

from . import repeats, totals
from .base import Context, Mended, Prepared, Read
from .results import Parsed, Refusal, Remark, Row

if TYPE_CHECKING:
    from .table import Column, Table

# Values repeat in most columns; of one in which they do not, this many are remembered.
REMEMBERED = 50_000
# Excel holds no longer text in a cell.
LONGEST = 32_767

_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:\d{3}")

_EMPTY = _("This cell must not be empty.")
_CONTROL = _("There are unreadable characters here.")
_TOO_LONG = _("This text is longer than any field can be.")
_COLUMN = _("Column {heading}: {reason}")


class UnclearColumn(Refused):
    """The numbers of a column can be read in two ways; ``example`` is one of them."""

    def __init__(self, reason: Any, name: str, example: str) -> None:
        super().__init__(reason)
        self.name, self.example = name, example


class Outcome(NamedTuple):
    """What one cell gave: a value, perhaps with a remark, or the reason why it gave none."""

    value: Any
    why: Any = None
    wrong: Any = None


class Reading:
    """One sheet on its way to rows, or one part of a long one.

    :param known: how each column is read, by its name, where the whole of it was looked at before
    :param sums: what the summed columns of earlier parts came to
    :param is_last: whether totals may stand under these rows
    """

    def __init__(
        self,
        table: "Table",
        sheet: Sheet,
        places: dict[str, int],
        context: Context,
        *,
        known: Mapping[str, Prepared] | None = None,
        sums: totals.Sums | None = None,
        is_last: bool = True,
    ) -> None:
        self.table, self.sheet, self.places, self.context = table, sheet, places, context
        self.known, self.is_last = known, is_last
        self.sums = totals.Sums() if sums is None else sums
        self.refused = [Refusal(row, "", "", str(reason)) for row, reason in sheet.unreadable]
        self.remarks: list[Remark] = []
        self.rules: dict[str, str] = {}
        self.bad: set[int] = set()
        self.rows, self.total = self._without_total(sheet.rows)

    def result(self) -> Parsed:
        """Everything there is to say about the sheet."""
        return self._parsed(self._without_repeats(self._good()))

    def part(self) -> Parsed:
        """The same of one part; whether a row is repeated, nobody can say of a part alone."""
        return self._parsed(self._good())

    def _good(self) -> list[Row]:
        names = [column.name for column in self.table.columns]
        values = [self._column(column) for column in self.table.columns]
        rows = [
            Row(number, self._whole(dict(zip(names, row, strict=True))))
            for (number, _cells), *row in zip(self.rows, *values, strict=True)
            if number not in self.bad
        ]
        return self._checked(rows)

    def _whole(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values of a row with what follows from them."""
        values |= self.table.derived.of(values)
        return values

    def _parsed(self, rows: list[Row]) -> Parsed:
        names = [column.name for column in self.table.columns]
        return Parsed(
            rows=sorted(rows, key=lambda row: row.number),
            refused=sorted(self.refused, key=lambda refusal: refusal.row),
            remarks=sorted(self.remarks, key=lambda remark: remark.row),
            ignored_columns=self._ignored(),
            absent_columns=tuple(name for name in names if name not in self.places),
            rules=self.rules,
            totals=1 if self.total else 0,
        )

    def _column(self, column: "Column") -> list[Any]:
        """The values of one column; what is wrong or mended in it is noted."""
        if (place := self.places.get(column.name)) is None:
            return [column.default] * len(self.rows)
        cells = [row[place] for _number, row in self.rows]
        prepared = self._prepared(column, cells)
        values, notes = _read(column, prepared.read, cells)
        for index, outcome in notes:
            self._note(self.rows[index][0], column, cells[index], outcome)
        if column.summed:
            self.sums.add(column.name, values)
            if self.total:
                self._check_total(column, outcome_of(column, prepared.read, self.total[place]))
        return values

    def _prepared(self, column: "Column", cells: list[Cell]) -> Prepared:
        if self.known is not None:
            prepared = self.known[column.name]
        else:
            prepared = prepare(column, cells, self.context)
        if prepared.rule:
            self.rules[column.heading] = str(prepared.rule)
        return prepared

    def _note(self, number: int, column: "Column", cell: Cell, outcome: Outcome) -> None:
        before = self.table.repeated(shown(cell), name=column.name)
        if outcome.wrong is not None:
            self.bad.add(number)
            self.refused.append(Refusal(number, column.heading, before, str(outcome.wrong)))
        else:
            after = self.table.repeated(_written(outcome.value), name=column.name)
            why = str(outcome.why)
            self.remarks.append(Remark(number, column.heading, why, before, after))

    def _checked(self, rows: list[Row]) -> list[Row]:
        """The rows that pass the table's own checks over several columns."""
        if not self.table.checks:
            return rows
        good = []
        for row in rows:
            wrong = list(self.table.wrong(row.values))
            for name, reason in wrong:
                self._refuse(row, [name], reason)
            if not wrong:
                good.append(row)
        return good

    def _without_repeats(self, rows: list[Row]) -> list[Row]:
        refused: list[Refusal]
        rows, refused = without_repeats(self.table, rows)
        self.refused += refused
        return rows

    def _refuse(self, row: Row, names: Sequence[str], reason: Any) -> None:
        self.refused.append(refusal(self.table, row, names, reason))

    def _headings(self, names: Sequence[str]) -> str:
        return ", ".join(map(self.table.heading_of, names))

    def _ignored(self) -> tuple[str, ...]:
        known = set(self.places.values())
        header = enumerate(self.sheet.header)
        unused = (text for place, text in header if place not in known and text.strip())
        return tuple(map(self.table.repeated, unused))

    def _without_total(
        self, rows: list[tuple[int, list[Cell]]]
    ) -> tuple[list[tuple[int, list[Cell]]], list[Cell]]:
        """The rows without the totals under them, and the cells of those; they are reported."""
        key_place = self.places.get(self.table.key[0])
        if not rows or not self.is_last or key_place is None:
            return rows, []
        number, cells = rows[-1]
        is_last = all(other < number for other, _why in self.sheet.unreadable)
        if not is_last or not totals.is_total(cells, key_place):
            return rows, []
        heading = self._headings(self.table.key[:1])
        why = str(totals.IS_TOTAL)
        before = self.table.repeated(shown(cells[key_place]))
        self.remarks.append(Remark(number, heading, why, before))
        return rows[:-1], cells

    def _check_total(self, column: "Column", total: Outcome) -> None:
        """Compare a column with its total, where the total is a number and no cell is missing."""
        found = self.sums.of(column.name)
        if total.wrong is None and total.value is not None and found is not None:
            totals.check(column.heading, total.value, found)


def prepare(column: "Column", cells: Sequence[Cell], context: Context) -> Prepared:
    """How the cells of a column are to be read.

    :raises UnclearColumn: its numbers can be read in two ways
    :raises Refused: the column cannot be understood as a whole
    """
    try:
        return column.parse.prepare(cells, context.of(column.name))
    except Unreadable as error:
        reason = format_lazy(_COLUMN, heading=column.heading, reason=error.reason)
        if isinstance(error, Unclear):
            raise UnclearColumn(reason, column.name, error.example) from None
        raise Refused(reason) from None


def without_repeats(table: "Table", rows: list[Row]) -> tuple[list[Row], list[Refusal]]:
    """The rows that count of those with one key, and why the others do not."""
    refused: list[Refusal] = []
    keep = repeats.keep_first if table.duplicates == "first" else repeats.keep_certain
    heading = ", ".join(map(table.heading_of, table.key))
    kept = keep(
        rows,
        table.key,
        heading,
        lambda row, why: refused.append(refusal(table, row, table.key, why)),
    )
    return kept, refused


def refusal(table: "Table", row: Row, names: Sequence[str], reason: Any) -> Refusal:
    """A row refused for what stands in some of its columns together."""
    value = ", ".join(table.repeated(_written(row.values[name]), name=name) for name in names)
    return Refusal(row.number, ", ".join(map(table.heading_of, names)), value, str(reason))


def _read(
    column: "Column", read: Read, cells: list[Cell]
) -> tuple[list[Any], list[tuple[int, Outcome]]]:
    """The values of the cells, None for a wrong one; by position what must be said of them."""
    values: list[Any] = []
    notes: list[tuple[int, Outcome]] = []
    known: dict[Cell, Outcome] = {}
    for index, cell in enumerate(cells):
        outcome = known.get(cell)
        if outcome is None:
            outcome = outcome_of(column, read, cell)
            # Only texts are remembered: True, 1 and 1.0 are one key to a dict.
            if type(cell) is str and len(known) < REMEMBERED:
                known[cell] = outcome
        values.append(outcome.value)
        if outcome.why is not None or outcome.wrong is not None:
            notes.append((index, outcome))
    return values, notes


def outcome_of(column: "Column", read: Read, cell: Cell) -> Outcome:
    """What becomes of one cell."""
    if isinstance(cell, str):
        if not cell.strip() or (not cell.isascii() and not clean(cell)):
            return Outcome(None, wrong=_EMPTY) if column.required else Outcome(column.default)
        if (fault := _fault(cell)) is not None:
            return Outcome(None, wrong=fault)
        cell = unescape_formula(cell)
    elif isinstance(cell, Damaged):
        return Outcome(None, wrong=cell.reason)
    try:
        value = read(cell)
    except Unreadable as error:
        return Outcome(None, wrong=error.reason)
    return Outcome(*value) if isinstance(value, Mended) else Outcome(value)


def _fault(text: str) -> Any:
    """What makes a text worthless in any column; None where nothing does."""
    if len(text) > LONGEST:
        return _TOO_LONG
    if not text.isprintable() and has_control_characters(text):
        return _CONTROL
    return ERROR_VALUE if text[0] in "#E" and _ERROR.fullmatch(text.strip()) else None


def _written(value: Any) -> str:
    return "" if value is None else shown(value)
