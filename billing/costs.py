"""What the use of an account costs at its own prices: pure, whole đồng with VAT."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billing import rating
from portal.lib.periods import Period

WH_A_KWH = 1000
PRICED_BY_TOTAL = (rating.Kind.STEPS, rating.Kind.FLAT)
"""Groups whose price needs no more than the kWh of the period; bands need the hours as well."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What the price of a kWh depends on, in the words of the price lists."""

    group: str
    voltage: str
    households: Decimal

    def basis(self, period: Period, *, kwh: int) -> rating.Basis:
        """A bill's basis for so many whole kWh in ``period``."""
        return rating.Basis(
            starts_on=period.starts_on,
            ends_before=period.ends_before,
            usage=kwh,
            group=self.group,
            voltage=self.voltage,
            households=self.households,
        )


@dataclass(frozen=True, slots=True)
class StepPlace:
    """Where a use stands in the price steps; the prices are đồng a kWh before VAT."""

    step: int
    price: int
    left_wh: int | None
    """Wh left in this step; None in the last one."""
    next_price: int | None


def whole_kwh(wh: int) -> int:
    """Whole kWh, as a bill counts them, half up."""
    return rating.half_up(Fraction(wh, WH_A_KWH))


def rated(
    supply: Supply, period: Period, *, kwh: int, book: rating.PriceBook
) -> rating.Rating | None:
    """The bill for so many kWh; None where the kWh alone do not make the price."""
    try:
        basis = supply.basis(period, kwh=kwh)
        stretches = rating.stretches_of(basis, book)
        if not all(stretch.tariff.kind in PRICED_BY_TOTAL for stretch in stretches):
            return None
        return rating.rate(basis, book=book)
    except rating.CannotRate:
        return None


def place_in_steps(
    supply: Supply, period: Period, *, wh: int, book: rating.PriceBook
) -> StepPlace | None:
    """Where ``wh`` stands in the steps of ``period``; None without steps, or with two prices."""
    try:
        basis = supply.basis(period, kwh=whole_kwh(wh))
        stretches = rating.stretches_of(basis, book)
    except rating.CannotRate:
        return None
    if len(stretches) != 1 or stretches[0].tariff.kind is not rating.Kind.STEPS:
        return None
    steps = stretches[0].tariff.steps
    tops = _tops(steps, basis)
    for at, top in enumerate(tops):
        if top is None or wh < top:
            left = None if top is None else top - wh
            following = steps[at + 1].dong if at + 1 < len(steps) else None
            return StepPlace(steps[at].number, steps[at].dong, left, following)
    return None


def step_sizes(supply: Supply, period: Period, *, book: rating.PriceBook) -> list[rating.Quota]:
    """The price steps as wide as ``period`` makes them; none without steps, or with two prices."""
    try:
        basis = supply.basis(period, kwh=0)
        stretches = rating.stretches_of(basis, book)
    except rating.CannotRate:
        return []
    if len(stretches) != 1 or stretches[0].tariff.kind is not rating.Kind.STEPS:
        return []
    return _quotas(stretches[0].tariff.steps, basis)


def _quotas(steps: tuple[rating.Step, ...], basis: rating.Basis) -> list[rating.Quota]:
    share = rating.months_in(basis.starts_on, basis.ends_before)
    made = rating.quotas(
        steps, share=share, households=basis.households, rounding=rating.Rounding.QUOTA
    )
    return list(made)


def _tops(steps: tuple[rating.Step, ...], basis: rating.Basis) -> list[int | None]:
    """The Wh at which each step ends, in this period and for these households."""
    reached = 0
    tops: list[int | None] = []
    for quota in _quotas(steps, basis):
        if quota.size is None:
            tops.append(None)
            continue
        reached += int(quota.size * WH_A_KWH)
        tops.append(reached)
    return tops
