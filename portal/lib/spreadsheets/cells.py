"""The values of cells, and their text as the spreadsheet shows it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.lib.numbers import SIGNIFICANT_DIGITS
from portal.lib.periods import LOCAL

# How much of a value a message repeats.
SHOWN = 80

ERROR_VALUE = _("The spreadsheet shows an error here; correct the formula or type the value.")


@dataclass(frozen=True)
class Damaged:
    """A cell without a value: an error (#N/A), or a formula that was never calculated."""

    text: str
    reason: Any


Cell = str | int | float | bool | date | datetime | time | timedelta | Damaged


def as_text(cell: Cell) -> str:
    """A cell as text: a whole number without '.0' and without exponent, a day as 2026-11-23."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return _number_as_text(cell)
    if isinstance(cell, Damaged):
        return cell.text
    return str(cell)


def _number_as_text(number: float) -> str:
    if number.is_integer() and abs(number) < 2**53:
        return str(int(number))
    return f"{Decimal(f'{number:.{SIGNIFICANT_DIGITS}g}'):f}"


def shown(cell: Cell) -> str:
    """A cell for a message, as people write it: on one line, cut to 80 characters."""
    text = " ".join(_spoken(cell).replace("\x00", "␀").split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _spoken(cell: Any) -> str:
    """Days as 23/11/2026 and figures with a decimal comma; what was typed as text stays so."""
    if isinstance(cell, datetime):
        local = cell.astimezone(LOCAL) if cell.tzinfo else cell
        return f"{local:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float | Decimal):
        text = as_text(cell) if isinstance(cell, float) else f"{cell:f}"
        return text.replace(".", ",")
    return as_text(cell)
