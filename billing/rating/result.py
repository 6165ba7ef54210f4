"""A worked-out bill: its lines, what they add up to, and VAT on the sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .numbers import half_up
from .steps import Quota


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a bill: kWh × whole đồng a kWh, before VAT.

    `rule` is the key of the rule behind it: `step-N`, `undeclared-step-N`, `band-normal`,
    `band-peak`, `band-offpeak`, `flat`, `prepaid` or `reactive`; `label` says it in English.
    """

    rule: str
    label: str
    kwh: int | Decimal
    price: int
    amount: int
    decision: str
    starts_on: date
    ends_before: date
    quota: Quota | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What a basis costs in whole đồng; `vat_rate` is a fraction of 1, such as 0.08."""

    lines: tuple[Line, ...]
    net: int
    vat_rate: Decimal
    vat: int
    total: int


def total_up(lines: Sequence[Line], *, vat_percent: Decimal) -> Rating:
    """Sum the lines and add VAT, rounded half up to the đồng once on the sum."""
    net = sum(line.amount for line in lines)
    vat_rate = vat_percent / 100
    vat = half_up(net * Fraction(vat_rate))
    return Rating(lines=tuple(lines), net=net, vat_rate=vat_rate, vat=vat, total=net + vat)


def with_line(rating: Rating, line: Line) -> Rating:
    """The bill with one more line; VAT is rounded anew on the whole sum."""
    return total_up([*rating.lines, line], vat_percent=rating.vat_rate * 100)
