"""Codes: of accounts, meters, companies, transactions. Excel likes to make numbers of them."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.lib.numbers import SIGNIFICANT_DIGITS
from portal.lib.spreadsheets import Cell, as_text
from portal.lib.text import clean

from .base import DIGITS_LOST, SCIENTIFIC, Context, Mended, Parser, Prepared, Wrong, each

TIDIED = _("Spaces, signs or small letters in the code were put right.")
NUMBER_TAKEN = _("The spreadsheet held this code as a number; it was taken as text.")

_ACCOUNT_AS_NUMBER = _(
    "The spreadsheet holds a number here, not a customer code; format the column as text and type "
    "the code again."
)
_NOT_AN_ACCOUNT = _("A customer code is P, a letter, and 9 to 11 letters or digits.")
_NOT_HCMC = _("A customer code that begins with PE has 11 digits after it.")
_ABOUT_ACCOUNT = _("A customer code, like PE01000123456.")
_ABOUT_CODE = _("A code in capital letters and digits.")
_ABOUT_SERIAL = _("A meter number with all its zeros.")
_NOT_A_CODE = _("This is not a code as it is written in this column.")
_ZEROS_LOST = _("Zeros at the front are lost: the number has {found} digits instead of {length}.")

_SEPARATORS = re.compile(r"[\s.\-‐‑–—]+")
_ACCOUNT = re.compile(r"P[A-Z][0-9A-Z]{9,11}")
_HCMC = re.compile(r"PE[0-9]{11}")
_SERIAL = r"[0-9A-Z][0-9A-Z./-]{0,19}"
# What could be a number in scientific notation is none of the texts that are taken as they stand.
_NOT_SCIENTIFIC = "(?![0-9]+(?:[.,][0-9]+)?E)"


def account_number() -> Parser:
    """The customer code; spaces, dashes, dots and small letters are put right."""

    def read(cell: Cell) -> Any:
        if not isinstance(cell, str):
            raise Wrong(_ACCOUNT_AS_NUMBER)
        number = _SEPARATORS.sub("", clean(cell)).upper()
        if SCIENTIFIC.fullmatch(clean(cell)) or number.isdecimal():
            raise Wrong(_ACCOUNT_AS_NUMBER)
        if not _ACCOUNT.fullmatch(number):
            raise Wrong(_NOT_HCMC if number.startswith("PE") else _NOT_AN_ACCOUNT)
        if number.startswith("PE") and not _HCMC.fullmatch(number):
            raise Wrong(_NOT_HCMC)
        return number if number == cell else Mended(number, TIDIED)

    form = f"{_HCMC.pattern}|(?!PE){_ACCOUNT.pattern}"
    return each(read, form=form, about=_ABOUT_ACCOUNT)


def code(pattern: str = r"[0-9A-Z][0-9A-Z._/-]{0,39}") -> Parser:
    """A code in capitals that fits the whole ``pattern``; a number cell keeps all its digits."""
    form = re.compile(pattern)
    plain = f"{_NOT_SCIENTIFIC}(?:{pattern})"
    return each(lambda cell: _matching(form, cell), form=plain, about=_ABOUT_CODE)


def serial(*, length: int | None = None) -> Parser:
    """A meter number with its leading zeros.

    A number cell has lost them. It is refused where it is shorter than ``length``, or, where that
    is not given, than all the numbers that the column holds as text.
    """
    form = re.compile(_SERIAL)
    long_enough = f"(?=[0-9A-Z./-]{{{length}}})" if length else ""

    def prepare(cells: Sequence[Cell], _context: Context) -> Prepared:
        expected = length or _common_length(cells)

        def read(cell: Cell) -> Any:
            found = _matching(form, cell)
            digits = found.value if isinstance(found, Mended) else found
            short = expected is not None and len(digits) < expected
            if short and (length is not None or not isinstance(cell, str)):
                raise Wrong(format_lazy(_ZEROS_LOST, found=len(digits), length=expected))
            return found

        return Prepared(read, form=f"{_NOT_SCIENTIFIC}{long_enough}{_SERIAL}")

    return Parser(prepare, alike=lambda text: len(clean(text)), about=_ABOUT_SERIAL)


def _common_length(cells: Sequence[Cell]) -> int | None:
    texts = {cell for cell in cells if isinstance(cell, str) and cell.strip()}
    lengths = {len(clean(text)) for text in texts}
    return lengths.pop() if len(lengths) == 1 else None


def _matching(form: re.Pattern[str], cell: Cell) -> Any:
    if isinstance(cell, bool | date | time | timedelta):
        raise Wrong(_NOT_A_CODE)
    written = as_text(cell)
    found = clean(written).replace(" ", "").upper()
    too_long = isinstance(cell, float) and len(found) > SIGNIFICANT_DIGITS
    if too_long or SCIENTIFIC.fullmatch(found):
        raise Wrong(DIGITS_LOST)
    if not form.fullmatch(found):
        raise Wrong(_NOT_A_CODE)
    if not isinstance(cell, str):
        return Mended(found, NUMBER_TAKEN)
    return found if found == cell else Mended(found, TIDIED)
