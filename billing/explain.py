"""Why two bills differ: parts in whole đồng that add up to the difference exactly. Pure.

The first bill is turned into the second one factor at a time, each step a bill that one could
work out by hand; a part is what one step changed. Everything before the last step is at the
first bill's VAT rate. The order is fixed, so the same two bills always get the same answer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import partial
from itertools import pairwise

from billing.rating import (
    Basis,
    NoTariff,
    PriceBook,
    Rating,
    Rounding,
    Stretch,
    Tariff,
    Usage,
    half_up,
    rate_over,
    scaled,
    stretches_of,
)


class Factor(StrEnum):
    """What a part of a difference comes from, in the order in which it is shown."""

    DAYS = "days"
    """A longer or shorter period at the same use per day."""
    USE = "use"
    """More or less use per day."""
    STEPS = "steps"
    """These kWh fell into dearer or cheaper steps or bands than the first bill's average."""
    HOUSEHOLDS = "households"
    """Households on the meter, or tenants declared or not."""
    GROUP = "group"
    """Another customer group or voltage."""
    PRICE = "price"
    """Another price decision."""
    VAT = "vat"
    """Another VAT rate."""
    OTHER = "other"
    """What the bills as issued hold beyond what the rules give."""


@dataclass(frozen=True, slots=True)
class Billed:
    """A bill as issued, its total in whole đồng, and what it rests on."""

    basis: Basis
    total: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one factor adds to a bill in whole đồng, or takes off where negative."""

    factor: Factor
    amount: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A difference and its parts, one for each factor, which add up to it."""

    difference: int
    parts: tuple[Part, ...]

    def amount(self, factor: Factor) -> int:
        """What one factor adds, in whole đồng."""
        return next(part.amount for part in self.parts if part.factor is factor)

    @property
    def by_weight(self) -> tuple[Part, ...]:
        """The parts that are not zero, the heaviest first."""
        parts = [part for part in self.parts if part.amount]
        return tuple(sorted(parts, key=lambda part: -abs(part.amount)))


@dataclass(frozen=True, slots=True)
class Stage:
    """A bill on the way from the first to the second, and what changed to get there."""

    changed: Factor
    total: int
    kwh: int


def explain(
    before: Billed,
    after: Billed,
    *,
    book: PriceBook,
    rounding: Rounding = Rounding.QUOTA,
    allow_unconfirmed: bool = False,
) -> Explanation:
    """Explain why `after` is dearer or cheaper than `before`.

    :raises CannotRate: one of the two cannot be worked out
    """
    how = partial(rate_over, book=book, rounding=rounding, allow_unconfirmed=allow_unconfirmed)
    walk = [
        Stage(Factor.OTHER, before.total, before.basis.kwh),
        *stages(before.basis, after.basis, book, how),
        Stage(Factor.OTHER, after.total, after.basis.kwh),
    ]
    amounts = dict.fromkeys(Factor, 0)
    for factor, amount in changes(walk, average_price(walk)):
        amounts[factor] += amount
    parts = tuple(Part(factor, amount) for factor, amount in amounts.items())
    return Explanation(after.total - before.total, parts)


def stages(
    before: Basis, after: Basis, book: PriceBook, how: Callable[..., Rating]
) -> Iterator[Stage]:
    """The bills between the two, beginning with the first and ending with the second as rated.

    In between, the whole period is priced by the tariff on the first one's last day, whatever
    the second one's group: what an older price did inside the first period counts as price.
    """
    vat_rate = book.vat_rate(on=before.priced_on)
    first, second = stretches_of(before, book), stretches_of(after, book)
    tariff = first[-1].tariff
    yield Stage(Factor.OTHER, how(before, stretches=first, vat_rate=vat_rate).total, before.kwh)
    for factor, basis in (
        (Factor.PRICE, before),
        (Factor.DAYS, lengthened(before, after)),
        (Factor.USE, lengthened(before, after, usage=after.usage)),
        (Factor.HOUSEHOLDS, after),
    ):
        whole = (Stretch(tariff, basis.starts_on, basis.ends_before),)
        yield Stage(factor, how(basis, stretches=whole, vat_rate=vat_rate).total, basis.kwh)
    if (other := tariff_of_group(before, after, book)) is not None:
        whole = (Stretch(other, after.starts_on, after.ends_before),)
        total = how(after, stretches=whole, vat_rate=vat_rate, allow_unconfirmed=True).total
        yield Stage(Factor.GROUP, total, after.kwh)
    rated = how(after, stretches=second, vat_rate=vat_rate)
    yield Stage(Factor.PRICE, rated.total, after.kwh)
    taxed = how(after, stretches=second, vat_rate=book.vat_rate(on=after.priced_on))
    yield Stage(Factor.VAT, taxed.total, after.kwh)


def lengthened(before: Basis, after: Basis, *, usage: Usage | None = None) -> Basis:
    """The first bill over the second one's days: at the same use per day, or at a given use."""
    if usage is None:
        usage = scaled(before.usage, days=before.days, to_days=after.days)
    return replace(
        before,
        starts_on=after.starts_on,
        ends_before=after.ends_before,
        usage=usage,
        usage_until={},
        prices_on=None,
    )


def tariff_of_group(before: Basis, after: Basis, book: PriceBook) -> Tariff | None:
    """The second bill's group at the first one's date, if it differs and has a price there."""
    if (before.group, before.voltage) == (after.group, after.voltage):
        return None
    try:
        return book.tariff(group=after.group, voltage=after.voltage, on=before.priced_on)
    except NoTariff:
        return None


def average_price(walk: Sequence[Stage]) -> Fraction:
    """Đồng a kWh with VAT of the first bill at one tariff; of the second where it used nothing."""
    priced = {stage.changed: stage for stage in reversed(walk)}
    stages_with_use = (priced[Factor.PRICE], priced[Factor.USE])
    return next((Fraction(s.total, s.kwh) for s in stages_with_use if s.kwh), Fraction(0))


def changes(walk: Sequence[Stage], average: Fraction) -> Iterator[tuple[Factor, int]]:
    """What each step changed; of more or fewer kWh, what their steps made of them apart."""
    for earlier, later in pairwise(walk):
        amount = later.total - earlier.total
        if later.changed in {Factor.DAYS, Factor.USE}:
            plain = half_up((later.kwh - earlier.kwh) * average)
            yield later.changed, plain
            yield Factor.STEPS, amount - plain
        else:
            yield later.changed, amount
