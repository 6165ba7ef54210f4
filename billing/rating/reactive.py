"""Reactive energy: what a low power factor adds to the bill of a producer or a business.

Source: circular 15/2014/TT-BCT, in force from 10 December 2014: T = net of the active energy × k %.
Whether its table still holds under decree 18/2025/ND-CP is not confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import isqrt

from .basis import Basis
from .engine import refuse_unconfirmed
from .errors import BadBasis, NoTariff
from .numbers import half_up
from .result import Line, Rating, with_line

GROUPS = frozenset({"production", "business"})


@dataclass(frozen=True, slots=True)
class PowerFactorRate:
    """From this cosφ up to the next better row, `percent` of the net is added.

    `from_kw` is the registered power from which a customer pays for reactive energy at all.
    """

    source: str
    valid_from: date
    valid_before: date | None
    from_cos_phi: Decimal
    percent: Decimal
    from_kw: int
    confirmed: bool = True

    def __str__(self) -> str:
        return f"{self.source}, power factor {self.from_cos_phi}"


def cos_phi(*, kwh: int, kvarh: int) -> Decimal:
    """Power factor of a period, P / √(P² + Q²), rounded half up to two decimals.

    :raises BadBasis: nothing was used, or a figure is negative
    """
    if kwh < 0 or kvarh < 0 or kwh + kvarh == 0:
        raise BadBasis("a power factor needs active or reactive energy, neither negative")
    twice_hundredths = isqrt(40_000 * kwh * kwh // (kwh * kwh + kvarh * kvarh))
    return Decimal((twice_hundredths + 1) // 2).scaleb(-2)


def rate_at(
    rates: Sequence[PowerFactorRate], *, power_factor: Decimal, on: date
) -> PowerFactorRate:
    """The row for a power factor on a date: the best one that it reaches.

    :raises NoTariff: none is on record for the date
    """
    reached = [
        rate
        for rate in rates
        if rate.from_cos_phi <= power_factor
        and rate.valid_from <= on
        and (rate.valid_before is None or on < rate.valid_before)
    ]
    if not reached:
        raise NoTariff(f"no reactive energy rate is on record for {on}")
    return max(reached, key=lambda rate: rate.from_cos_phi)


def with_reactive(
    rating: Rating,
    *,
    basis: Basis,
    kvarh: int,
    registered_kw: int,
    rates: Sequence[PowerFactorRate],
    allow_unconfirmed: bool = False,
) -> Rating:
    """The bill with the charge for reactive energy, if there is one; VAT on the whole sum.

    :raises BadBasis: the group does not pay for reactive energy
    :raises NoTariff: no rate is on record for the closing read's date
    :raises UnconfirmedTariff: the rate is unconfirmed
    """
    if basis.group not in GROUPS:
        raise BadBasis(f"group {basis.group!r} does not pay for reactive energy")
    power_factor = cos_phi(kwh=basis.kwh, kvarh=kvarh)
    rate = rate_at(rates, power_factor=power_factor, on=basis.priced_on)
    if not allow_unconfirmed:
        refuse_unconfirmed([rate])
    amount = half_up(rating.net * Fraction(rate.percent) / 100)
    if not amount or registered_kw < rate.from_kw:
        return rating
    return with_line(
        rating,
        Line(
            rule="reactive",
            label=f"Reactive energy: power factor {power_factor}, {rate.percent} % of {rating.net}",
            kwh=0,
            price=0,
            amount=amount,
            decision=rate.source,
            starts_on=basis.starts_on,
            ends_before=basis.ends_before,
        ),
    )
