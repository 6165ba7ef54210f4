"""The row of totals that people leave under a list."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.lib.spreadsheets import Cell, Refused
from portal.lib.text import fold

IS_TOTAL = _("This row holds totals; it was compared with the rows above and is not loaded.")
_DIFFERS = _("Column {heading}: the row of totals says {total}, but the rows add up to {found}.")

_WORDS = frozenset({"tong", "tong cong", "tong so", "cong", "total", "grand total"})


def is_total(cells: Sequence[Cell], key_place: int) -> bool:
    """Whether a row says that it holds totals, and identifies nothing itself."""
    key = cells[key_place]
    return any(_is_word(cell) for cell in cells) and (key == "" or _is_word(key))


def _is_word(cell: Cell) -> bool:
    return isinstance(cell, str) and fold(cell).strip(" :.") in _WORDS


def check(heading: str, total: Any, found: Any) -> None:
    """See that the rows of one column add up to its total.

    :raises Refused: they do not; rows are missing, or a number was read wrongly
    """
    if found != total:
        raise Refused(format_lazy(_DIFFERS, heading=heading, total=total, found=found))


class Sums:
    """What summed columns come to, part by part; nothing of a column in which a number is wrong."""

    def __init__(self) -> None:
        self._sums: dict[str, Decimal] = {}
        self._wrong: set[str] = set()

    def add(self, name: str, values: Sequence[Any]) -> None:
        numbers = [value for value in values if value is not None]
        self._sums[name] = sum(numbers, self._sums.get(name, Decimal(0)))
        if len(numbers) < len(values):
            self._wrong.add(name)

    def include(self, name: str, total: Decimal) -> None:
        """Add what rows come to that were added up elsewhere."""
        self._sums[name] = self._sums.get(name, Decimal(0)) + total

    def of(self, name: str) -> Decimal | None:
        """The sum so far; None where it means nothing."""
        return None if name in self._wrong else self._sums.get(name, Decimal(0))

    def known(self) -> dict[str, Decimal]:
        """The sums of all columns, of the numbers that could be read."""
        return dict(self._sums)
