"""Numbers in spreadsheets: which mark separates decimals is decided for a whole column at once.

``1.250`` is a thousand to one clerk and one and a quarter to another. A single cell cannot tell;
a column usually can, and one that cannot stops and asks.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .errors import Unreadable
from .text import clean

# What Excel keeps of a number, and so what a float from a cell is worth.
SIGNIFICANT_DIGITS = 15

_PLAIN = re.compile(r"[+-]?[0-9][0-9.,]*")
_UNIT = re.compile(r"\s?(?:đồng|vnđ|vnd|đ|₫)\.?$", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?e[+-]?[0-9]+", re.IGNORECASE)


def _written_with(mark: str, thousands: str) -> re.Pattern[str]:
    grouped = (
        rf"[1-9][0-9]{{0,2}}(?:{thousands}[0-9]{{3}}){{1,6}}|[1-9][0-9]{{0,2}}(?: [0-9]{{3}})+"
    )
    return re.compile(rf"([+-]?)({grouped}|[0-9]{{1,18}})(?:{mark}([0-9]{{1,20}}))?")


_PATTERNS = {",": _written_with(",", r"\."), ".": _written_with(r"\.", ",")}

_UNGROUPED = str.maketrans("", "", "., ")

_NOT_A_NUMBER = _("This is not a number.")
_EXPONENT = _(
    "The spreadsheet has shortened this number (scientific notation); format the column as text."
)
_BRACKETS = _("Amounts in brackets are not taken; write a minus sign.")
_MIXED = _("This column is written in two ways, like {one} and like {other}; use one of them.")
_UNCLEAR = _(
    "It is unclear whether {example} has decimals; write numbers like 1250 or 1.250,00 instead."
)
_COMMA_RULE = _("The comma separates decimals, the dot thousands.")
_DOT_RULE = _("The dot separates decimals, the comma thousands.")


class NotANumber(Unreadable):
    """A text that is no number in the convention of its column."""


class Ambiguous(Unreadable):
    """A column whose convention cannot be told, or that mixes two."""


class Unclear(Ambiguous):
    """A column that either convention fits; ``example`` is a text that reads differently."""

    def __init__(self, example: str) -> None:
        super().__init__(format_lazy(_UNCLEAR, example=example))
        self.example = example


@dataclass(frozen=True)
class Convention:
    """How one column writes numbers: which mark, comma or dot, separates the decimals.

    ``is_shown`` where a number of the column shows it; else the comma is only taken for granted.
    """

    decimal_mark: str
    is_shown: bool = field(default=False, compare=False)

    @property
    def rule(self) -> Any:
        """The convention in words, for a preview."""
        return _COMMA_RULE if self.decimal_mark == "," else _DOT_RULE

    def decimal(self, cell: str | int | float) -> Decimal:
        """The exact value of a text, or of a number as the spreadsheet shows it.

        :raises NotANumber: it is a word, in brackets, in scientific notation or grouped wrongly
        """
        if isinstance(cell, int | float):
            return from_number(cell)
        found = _PATTERNS[self.decimal_mark].fullmatch(body := _body(cell))
        if not found:
            raise NotANumber(_why_not(body))
        sign, integer, fraction = found.groups("")
        if not integer.isdecimal():
            integer = integer.translate(_UNGROUPED)
        value = Decimal(f"{sign}{integer}.{fraction}")
        # More digits than a spreadsheet keeps are the noise of a float that was written out.
        excess = len(integer) + len(fraction) - SIGNIFICANT_DIGITS
        return round(value, len(fraction) - excess) if 0 < excess <= len(fraction) else value


def from_number(number: int | float) -> Decimal:
    """A number cell without the noise of binary fractions: 1249999.9999999998 is 1250000.

    :raises NotANumber: it is infinite or no number at all
    """
    if isinstance(number, int):
        return Decimal(number)
    value = Decimal(f"{number:.{SIGNIFICANT_DIGITS}g}")
    if not value.is_finite():
        raise NotANumber(_NOT_A_NUMBER)
    return value


def percent(rate: Decimal) -> str:
    """A rate in percent as Vietnamese write it: ``8 %``, ``7,5 %``, with a no-break space."""
    return f"{rate.normalize():f}".replace(".", ",") + "\u00a0%"


def convention(
    cells: Iterable[str | int | float], *, whole: bool = False, told: str = ""
) -> Convention:
    """The convention that every number in a column fits.

    Cells that are no numbers at all are left to be refused by row.

    :param whole: the column holds whole amounts, so that the dot in ``539.633`` can only stand
        between thousands
    :param told: the mark before decimals as somebody said it, where the cells do not tell
    :raises Unclear: it cannot be told from these cells, and nobody said it
    :raises Ambiguous: two conventions are mixed
    """
    evidence: dict[str, str] = {}
    unclear = ""
    for text in {cell for cell in cells if isinstance(cell, str)}:
        body = _body(text)
        fits = [mark for mark, pattern in _PATTERNS.items() if pattern.fullmatch(body)]
        if len(fits) == 2 and _reads_twice(body):
            unclear = text
            fits = [mark for mark in fits if mark not in body] if whole else fits
        if len(fits) == 1:
            evidence.setdefault(fits[0], text)
    if len(evidence) == 2:
        raise Ambiguous(format_lazy(_MIXED, one=evidence[","], other=evidence["."]))
    if unclear and not evidence:
        if not told:
            raise Unclear(unclear)
        return Convention(told, is_shown=True)
    return Convention(next(iter(evidence), ","), is_shown=bool(evidence))


def _reads_twice(body: str) -> bool:
    """Whether a text that fits both conventions means two different numbers in them."""
    return "," in body or "." in body


def _body(text: str) -> str:
    """The number in a text, without the currency, with a plain minus sign."""
    if _PLAIN.fullmatch(text):
        return text
    return _UNIT.sub("", clean(text).replace("−", "-"))


def _why_not(body: str) -> Any:
    if _SCIENTIFIC.fullmatch(body):
        return _EXPONENT
    return _BRACKETS if body.startswith("(") else _NOT_A_NUMBER
