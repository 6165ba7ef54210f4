"""What each stretch of a period is charged: its share of the use, split by step or band."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .basis import Basis, Usage, by_band, minus, total_kwh
from .errors import BadTariff, ReadNeeded
from .numbers import DISPLAY_PLACES, plain_millionths, running
from .periods import Months, days_of_previous_month, months_in
from .result import Line
from .steps import Quota, Rounding, fill, quotas
from .tariffs import Kind, Rule, Stretch

BAND_LABELS = {"normal": "Normal hours", "peak": "Peak hours", "offpeak": "Off-peak hours"}
SPLIT_BY_DAYS = frozenset({Kind.STEPS, Kind.PREPAID})
"""Households: where nobody read the meter on the day of a new price, days split the use."""


@dataclass(frozen=True, slots=True)
class Share:
    """A stretch of the period, its use, and the months that its steps are made for."""

    stretch: Stretch
    usage: Usage
    months: Months


@dataclass(frozen=True, slots=True)
class Charge:
    """A line before rounding."""

    rule: str
    label: str
    kwh: Fraction
    price: int
    quota: Quota | None = None


def shares(basis: Basis, stretches: Sequence[Stretch]) -> list[Share]:
    """The use of each stretch and how much of a month it is.

    One price: the period's own length. Several: days over those of the previous month.

    :raises ReadNeeded: the group is read on the day of a new price and no such read is given
    """
    if len(stretches) == 1:
        return [Share(stretches[0], basis.usage, months_in(basis.starts_on, basis.ends_before))]
    of_days = days_of_previous_month(basis.ends_before)
    return [
        Share(stretch, usage, Months(0, stretch.days, of_days))
        for stretch, usage in zip(stretches, split(basis, stretches), strict=True)
    ]


def split(basis: Basis, stretches: Sequence[Stretch]) -> list[Usage]:
    """Use by stretch: by the reads on the days of a new price, else by days for households."""
    changes = [stretch.starts_on for stretch in stretches[1:]]
    missing = [on for on in changes if on not in basis.usage_until]
    if not missing:
        return list(split_by_reads(basis, changes))
    if len(missing) < len(changes) or not all(
        stretch.tariff.kind in SPLIT_BY_DAYS for stretch in stretches
    ):
        days = ", ".join(map(str, missing))
        raise ReadNeeded(f"the price changed on {days}: the meter's read of that day is needed")
    per_day = Fraction(total_kwh(basis.usage), basis.days)
    return list(running(per_day * stretch.days for stretch in stretches))


def split_by_reads(basis: Basis, changes: Iterable[date]) -> Iterator[Usage]:
    """Use from read to read; the last part is what the whole period leaves."""
    before: Usage | None = None
    for until in (*(basis.usage_until[on] for on in changes), basis.usage):
        yield until if before is None else minus(until, before)
        before = until


def charges_of(
    share: Share, *, basis: Basis, undeclared: Rule | None, rounding: Rounding
) -> Iterator[Charge]:
    """The charges of one stretch by the kind of its tariff."""
    tariff, kwh = share.stretch.tariff, total_kwh(share.usage)
    if tariff.kind is Kind.BANDS:
        for band, used in by_band(share.usage).items():
            label = BAND_LABELS[band]
            yield Charge(f"band-{band}", label, Fraction(used), tariff.price(band))
    elif tariff.kind is Kind.FLAT:
        yield Charge("flat", "One price", Fraction(kwh), tariff.price("flat"))
    elif tariff.kind is Kind.PREPAID:
        yield Charge("prepaid", "Prepaid card", Fraction(kwh), tariff.price("all"))
    elif undeclared is not None:
        yield undeclared_charge(share, undeclared)
    else:
        yield from step_charges(share, basis=basis, rounding=rounding)


def undeclared_charge(share: Share, rule: Rule) -> Charge:
    """All kWh of tenants who did not declare how many they are, at one step's price."""
    tariff, number = share.stretch.tariff, rule.value
    if not 1 <= number <= len(tariff.steps):
        raise BadTariff(f"{tariff} has no step {number} for undeclared tenants")
    label = f"Step {number} for all kWh: tenants not declared"
    kwh = Fraction(total_kwh(share.usage))
    return Charge(f"undeclared-step-{number}", label, kwh, tariff.steps[number - 1].dong)


def step_charges(share: Share, *, basis: Basis, rounding: Rounding) -> Iterator[Charge]:
    """The kWh of one stretch filled into its steps."""
    steps = share.stretch.tariff.steps
    widened = list(
        quotas(steps, share=share.months, households=basis.households, rounding=rounding)
    )
    taken = fill(total_kwh(share.usage), [quota.size for quota in widened])
    for step, quota, kwh in zip(steps, widened, taken, strict=True):
        label = f"Step {step.number}: {quota}"
        yield Charge(f"step-{step.number}", label, kwh, step.dong, quota)


def lines_of(charges: Sequence[tuple[Stretch, Charge]]) -> list[Line]:
    """Lines in whole đồng; with fractional steps they are rounded so that they still add up."""
    charged = [(stretch, charge) for stretch, charge in charges if charge.kwh]
    amounts = running(charge.kwh * charge.price for _, charge in charged)
    millionths = running((charge.kwh for _, charge in charged), scale=10**DISPLAY_PLACES)
    return [
        Line(
            rule=charge.rule,
            label=charge.label,
            kwh=plain_millionths(part),
            price=charge.price,
            amount=amount,
            decision=stretch.tariff.decision,
            starts_on=stretch.starts_on,
            ends_before=stretch.ends_before,
            quota=charge.quota,
        )
        for (stretch, charge), amount, part in zip(charged, amounts, millionths, strict=True)
    ]
