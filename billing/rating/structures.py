"""Price structures given in percent of the average price, to be dated by a later decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .numbers import half_up
from .tariffs import Price, Tariff


@dataclass(frozen=True, slots=True)
class Structure:
    """Steps of a group, each in percent of the average retail price; not in force by itself."""

    decision: str
    group: str
    percents: tuple[tuple[str, Decimal], ...]


def priced(
    structure: Structure,
    *,
    average: Decimal,
    decision: str,
    valid_from: date,
    confirmed: bool,
    voltage: str = "",
) -> Tariff:
    """The structure as a dated tariff: each step's price rounded half up to whole đồng a kWh."""
    prices: Sequence[Price] = [
        Price(register, half_up(Fraction(average) * Fraction(percent) / 100))
        for register, percent in structure.percents
    ]
    return Tariff(
        decision=decision,
        valid_from=valid_from,
        valid_before=None,
        group=structure.group,
        voltage=voltage,
        prices=tuple(prices),
        confirmed=confirmed,
    )
