"""What a bill rests on: a period, a use, a customer group, and what the meter showed between."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self, TypeAlias

from portal.lib.periods import Period

from .errors import BadBasis
from .numbers import half_up
from .tariffs import BANDS, Rule

Usage: TypeAlias = int | Mapping[str, int]
"""Whole kWh, or whole kWh by band register (`normal`, `peak`, `offpeak`)."""

MOST_HOUSEHOLDS = 100_000
HOUSEHOLD_PLACES = 4


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Everything a bill rests on, beside the dated prices.

    `usage_until` holds what had been used since the start when the meter was read at the
    beginning of a day on which the price changed. `prices_on` takes the prices and the VAT rate
    of one date for the whole period.

    :raises BadBasis: something in it makes no sense
    """

    starts_on: date
    ends_before: date
    usage: Usage
    group: str = "residential"
    voltage: str = ""
    households: Decimal = Decimal(1)
    undeclared_tenants: bool = False
    usage_until: Mapping[date, Usage] = field(default_factory=dict)
    prices_on: date | None = None

    @classmethod
    def month(cls, on: date, *, usage: Usage, **rest: Any) -> Self:
        """One plain month, wholly at the prices and the VAT rate of a date in it."""
        whole = Period.of_month(on)
        return cls(
            starts_on=whole.starts_on,
            ends_before=whole.ends_before,
            usage=usage,
            prices_on=on,
            **rest,
        )

    def __post_init__(self) -> None:
        if self.ends_before <= self.starts_on:
            raise BadBasis(f"the period ends before it begins: {self.starts_on} is its first day")
        check_households(self.households)
        for usage in (self.usage, *self.usage_until.values()):
            check_usage(usage)
        if not all(self.starts_on < on < self.ends_before for on in self.usage_until):
            raise BadBasis("a read between must lie inside the period")

    @property
    def days(self) -> int:
        return (self.ends_before - self.starts_on).days

    @property
    def kwh(self) -> int:
        """All kWh of the period."""
        return total_kwh(self.usage)

    @property
    def closed_on(self) -> date:
        """The date of the closing read: the last day, as one at 00:00 belongs to the day before."""
        return self.ends_before - timedelta(days=1)

    @property
    def priced_on(self) -> date:
        """The date whose VAT rate, and in the end whose tariff, the bill is under."""
        return self.prices_on or self.closed_on


def total_kwh(usage: Usage) -> int:
    """All kWh, bands summed."""
    return usage if isinstance(usage, int) else sum(usage.values())


def by_band(usage: Usage) -> dict[str, int]:
    """Use by band; a meter without bands counts wholly at the normal price."""
    if isinstance(usage, int):
        return {"normal": usage}
    return {band: usage[band] for band in BANDS if band in usage}


def minus(usage: Usage, before: Usage) -> Usage:
    """What was used after a read, of the same registers.

    :raises BadBasis: the registers differ, or one shows less than before
    """
    if isinstance(usage, int) and isinstance(before, int):
        left: Usage = usage - before
    elif isinstance(usage, Mapping) and isinstance(before, Mapping) and set(usage) == set(before):
        left = {register: usage[register] - before[register] for register in usage}
    else:
        raise BadBasis("a read between must give the same registers as the whole period")
    check_usage(left)
    return left


def declared_households(people: int, rule: Rule) -> Decimal:
    """Households that declared tenants count for: in quarters where four people are one.

    :raises BadBasis: nobody is declared
    """
    if people < 1:
        raise BadBasis("at least one tenant must be declared")
    return Decimal(people) / rule.value


def scaled(usage: Usage, *, days: int, to_days: int) -> Usage:
    """The same use per day over another number of days, each register rounded half up."""
    if isinstance(usage, int):
        return half_up(Fraction(usage * to_days, days))
    return {key: half_up(Fraction(kwh * to_days, days)) for key, kwh in usage.items()}


def check_usage(usage: Usage) -> None:
    """Refuse anything but whole kWh that are not negative, of known registers."""
    registers = usage if isinstance(usage, Mapping) else {"the use": usage}
    if isinstance(usage, Mapping) and (not usage or set(usage) - set(BANDS)):
        raise BadBasis(f"registers are {', '.join(BANDS)}; got {', '.join(usage) or 'none'}")
    for register, kwh in registers.items():
        if type(kwh) is not int or kwh < 0:
            raise BadBasis(f"{register} must be a whole number of kWh, 0 or more; got {kwh!r}")


def check_households(households: Decimal) -> None:
    """Refuse a household count that is not a positive decimal of at most four places."""
    if not isinstance(households, Decimal) or not households.is_finite():
        raise BadBasis(f"households must be a decimal number; got {households!r}")
    exponent = households.as_tuple().exponent
    if not 0 < households <= MOST_HOUSEHOLDS or int(exponent) < -HOUSEHOLD_PLACES:
        raise BadBasis(
            f"households must be above 0, at most {MOST_HOUSEHOLDS:,}, with at most"
            f" {HOUSEHOLD_PLACES} decimals; got {households}"
        )
