"""Numbers of all kinds. How a column writes decimals is settled before its first cell is read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.lib import quantities
from portal.lib.numbers import Convention, convention
from portal.lib.spreadsheets import Cell

from .base import Context, Parser, Prepared, Stored, Wrong

_DIGIT = re.compile("[0-9]")

Number = TypeVar("Number", int, Decimal)

# Past this an amount is a slip of the keyboard, whoever the customer is.
LARGEST_AMOUNT = 999_999_999_999
# So many digits are exact in every spreadsheet.
SAFE = 15
# The oldest holder that a year of birth is believed of.
OLDEST = 120

_NOT_A_NUMBER = _("This is not a number.")
_NOT_WHOLE = _("This must be a whole number.")
_TOO_FINE = _("This has more decimals than the {places} that are kept.")
_TOO_SMALL = _("This must be at least {minimum}.")
_TOO_LARGE = _("This must be at most {maximum}.")
_PERCENT = _("A percentage is written like 8%.")
_ABOUT_WHOLE = _("A whole number, like 1250.")
_ABOUT_DECIMAL = _("A number, with a comma before decimals, like 1250,5.")
_ABOUT_MONEY = _("An amount in whole đồng, like 1250000 or 1.250.000.")
_ABOUT_PERCENT = _("A percentage, like 8%.")
_ABOUT_YEAR = _("A year, like 1957.")
_YEAR = _("A year of birth lies between {first} and {last}.")


WHOLE = Stored("{}::bigint", typed=int)
DECIMAL = Stored("replace({}, ',', '.')::numeric", typed=Decimal)
PERCENT = Stored(
    "replace(trim({}, '%'), ',', '.')::numeric",
    # With its sign: a bare 0.5 is half a percent to one clerk and 50 % to a spreadsheet.
    typed=lambda rate: f"{Decimal(rate).normalize():f}%".replace(".", ","),
)
INDEX = Stored(
    "(replace({}, ',', '.')::numeric * 1000)::bigint",
    lambda wh: f"{wh // 1000}.{wh % 1000:03}",
    lambda wh: _index(wh),
)


def whole(*, minimum: int | None = 0, maximum: int = 10**SAFE - 1) -> Parser:
    """A whole number within bounds."""
    form = _digits(minimum, len(str(maximum + 1)) - 1)
    return _numbers(
        lambda value: _bounded(_whole(value), minimum, maximum),
        form=lambda _rule: form,
        stored=WHOLE,
        whole=True,
        about=_ABOUT_WHOLE,
    )


def decimal(*, places: int, maximum: Decimal | int, minimum: Decimal | int | None = 0) -> Parser:
    """An exact decimal number within bounds, with at most ``places`` decimals."""

    def finish(value: Decimal) -> Decimal:
        # First: what is far too large cannot be rounded.
        _bounded(value, minimum, maximum)
        if value != round(value, places):
            raise Wrong(format_lazy(_TOO_FINE, places=places))
        return value

    before = _digits(minimum, len(str(int(maximum))) - 1)
    return _numbers(
        finish,
        form=lambda rule: _with_decimals(before, places, rule),
        stored=DECIMAL,
        about=_ABOUT_DECIMAL,
    )


def money(*, minimum: int | None = 0, maximum: int = LARGEST_AMOUNT) -> Parser:
    """An amount in whole đồng; below zero only where ``minimum`` allows a credit."""
    return replace(whole(minimum=minimum, maximum=maximum), about=_ABOUT_MONEY)


def index_wh(*, maximum_kwh: int = 999_999_999) -> Parser:
    """A meter's index in kWh, given as whole watt-hours; never negative."""
    before = _digits(0, len(str(maximum_kwh)) - 1)
    return _numbers(
        lambda value: quantities.wh(_bounded(value, 0, maximum_kwh)),
        form=lambda rule: _with_decimals(before, 3, rule),
        stored=INDEX,
        about=_ABOUT_DECIMAL,
    )


def percent(*, maximum: int = 100) -> Parser:
    """A percentage as the number of hundredths: 8 for '8%' and for a cell that holds 0.08."""
    form = f"(?:{'|'.join(map(str, range(maximum, -1, -1)))})%?"

    def prepare(cells: Sequence[Cell], context: Context) -> Prepared:
        texts = (_without_sign(cell) for cell in cells if isinstance(cell, str))
        rule = convention(texts, told=context.mark)

        def read(cell: Cell) -> Decimal:
            value = _number(rule, _without_sign(cell) if isinstance(cell, str) else cell)
            if isinstance(cell, float) and 0 < value < 1:
                value *= 100
            if isinstance(cell, str) and "%" not in cell and 0 < value < 1:
                raise Wrong(_PERCENT)
            return _bounded(value, 0, maximum)

        return Prepared(read, form=form)

    return Parser(prepare, alike=_shape, stored=PERCENT, about=_ABOUT_PERCENT)


def year_of_birth() -> Parser:
    """A year in which somebody alive at the time of the load can be born."""

    def prepare(_cells: Sequence[Cell], context: Context) -> Prepared:
        last = context.today.year
        first = last - OLDEST
        plain = Convention(",")

        def read(cell: Cell) -> int:
            year = _whole(_number(plain, cell))
            if not first <= year <= last:
                raise Wrong(format_lazy(_YEAR, first=first, last=last))
            return year

        return Prepared(read)

    return Parser(prepare, stored=WHOLE, about=_ABOUT_YEAR)


def _index(wh: int) -> Decimal:
    """kWh that no column is in doubt of: three decimals could be thousands, so they are four."""
    kwh = Decimal(wh).scaleb(-3)
    return kwh.quantize(Decimal("0.0001")) if wh % 10 else kwh.normalize()


def _numbers(
    finish: Callable[[Decimal], Any],
    *,
    form: Callable[[Convention], str],
    stored: Stored,
    about: Any,
    whole: bool = False,
) -> Parser:
    def prepare(cells: Sequence[Cell], context: Context) -> Prepared:
        texts = {cell for cell in cells if isinstance(cell, str)}
        rule = convention(texts, whole=whole, told=context.mark)
        marked = any("," in text or "." in text for text in texts)
        told = rule.rule if marked else ""
        return Prepared(lambda cell: finish(_number(rule, cell)), told, form(rule))

    return Parser(prepare, alike=_shape, stored=stored, about=about)


def _digits(minimum: Decimal | int | None, most: int) -> str:
    """The form of whole numbers of at most ``most`` digits; empty where a bound lies among them."""
    if most < 1 or (minimum is not None and minimum > 1):
        return ""
    positive = f"[1-9][0-9]{{0,{most - 1}}}"
    return positive if minimum is not None and minimum > 0 else f"(?:0|{positive})"


def _with_decimals(before: str, places: int, rule: Convention) -> str:
    """The form of decimals, too, where the column has shown their mark.

    Three decimals behind up to three digits could be thousands: nobody can tell by one alone.
    """
    if not before or not rule.is_shown or places < 1:
        return before
    return f"{before}(?:{re.escape(rule.decimal_mark)}[0-9]{{1,{min(places, 2)}}})?"


def _shape(text: str) -> tuple[bool, str]:
    """A number without its digits: how many, between which marks, and whether it begins with 0."""
    return text.lstrip(" +-\u2212").startswith("0"), _DIGIT.sub("9", text)


def _number(rule: Convention, cell: Cell) -> Decimal:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Wrong(_NOT_A_NUMBER)
    return rule.decimal(cell)


def _without_sign(text: str) -> str:
    return text.strip().removesuffix("%")


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise Wrong(_NOT_WHOLE)
    return int(value)


def _said(bound: Any) -> str:
    """A bound as Vietnamese write it."""
    return str(bound).replace(".", ",")


def _bounded(value: Number, minimum: Any, maximum: Any) -> Number:
    if minimum is not None and value < minimum:
        raise Wrong(format_lazy(_TOO_SMALL, minimum=_said(minimum)))
    if maximum is not None and value > maximum:
        raise Wrong(format_lazy(_TOO_LARGE, maximum=_said(maximum)))
    return value
