"""A bill as a function of its kWh: pure, for working out millions of bills in one statement.

Bills of one group, voltage, period and household count differ by their kWh alone. Under one price
list what they cost before VAT is a broken line, so a few corners of it, each worked out by the
rating itself, give every bill between them to the đồng.
"""

from bisect import bisect
from dataclasses import dataclass
from decimal import Decimal

from billing import rating
from billing.costs import PRICED_BY_TOTAL, Supply
from portal.lib.periods import Period

FLAT_CORNER = 0


@dataclass(frozen=True, slots=True)
class Curve:
    """From each of ``corners`` (kWh) on, a bill costs ``nets`` and ``prices`` a further kWh."""

    corners: tuple[int, ...]
    nets: tuple[int, ...]
    prices: tuple[int, ...]
    vat_percent: Decimal

    def net(self, kwh: int) -> int:
        """What so many kWh cost before VAT, in đồng."""
        at = bisect(self.corners, kwh) - 1
        return self.nets[at] + (kwh - self.corners[at]) * self.prices[at]

    @property
    def vat_hundredths(self) -> int:
        """The rate in hundredths of a per cent: whole, as its column has two places."""
        return int(self.vat_percent * 100)

    def total(self, kwh: int) -> int:
        """The same with VAT, rounded half up once, as the rating does it."""
        net = self.net(kwh)
        return net + (net * self.vat_hundredths + 5_000) // 10_000


class Totals(dict[int, int]):
    """What bills of one shape that :func:`is_priced` cost with VAT, by their kWh.

    Each is worked out when it is first asked for: of a million bills a few thousand differ.
    """

    def __init__(self, supply: Supply, period: Period, *, book: rating.PriceBook) -> None:
        super().__init__()
        self.supply, self.period, self.book = supply, period, book
        self.curve = curve(supply, period, book=book)

    def __missing__(self, kwh: int) -> int:
        self[kwh] = total = self.curve.total(kwh) if self.curve else self._rated(kwh)
        return total

    def _rated(self, kwh: int) -> int:
        return rating.rate(self.supply.basis(self.period, kwh=kwh), book=self.book).total


def is_priced(supply: Supply, period: Period, *, book: rating.PriceBook) -> bool:
    """Whether the kWh of a period alone make its price, by confirmed prices on record."""
    try:
        basis = supply.basis(period, kwh=0)
        stretches = rating.stretches_of(basis, book)
        if not all(stretch.tariff.kind in PRICED_BY_TOTAL for stretch in stretches):
            return False
        rating.rate(basis, book=book)
    except rating.CannotRate:
        return False
    return True


def curve(supply: Supply, period: Period, *, book: rating.PriceBook) -> Curve | None:
    """The broken line of a period that :func:`is_priced`; None where its price changed inside.

    There the kWh are shared out by days and rounded, which is no line: rate each kWh of its own.
    """
    basis = supply.basis(period, kwh=0)
    stretches = rating.stretches_of(basis, book)
    if len(stretches) != 1:
        return None
    corners, prices = _corners(stretches[0].tariff, basis)
    rated = [rating.rate(supply.basis(period, kwh=kwh), book=book) for kwh in corners]
    return Curve(
        corners=tuple(corners),
        nets=tuple(one.net for one in rated),
        prices=tuple(prices),
        vat_percent=rated[0].vat_rate * 100,
    )


def _corners(tariff: rating.Tariff, basis: rating.Basis) -> tuple[list[int], list[int]]:
    """Where each price begins, and the prices; a step too narrow to hold a kWh has none."""
    if tariff.kind is rating.Kind.FLAT:
        return [FLAT_CORNER], [tariff.price("flat")]
    share = rating.months_in(basis.starts_on, basis.ends_before)
    widened = rating.quotas(
        tariff.steps, share=share, households=basis.households, rounding=rating.Rounding.QUOTA
    )
    corners, prices, reached = [], [], 0
    for step, quota in zip(tariff.steps, widened, strict=True):
        if quota.size != 0:
            corners.append(reached)
            prices.append(step.dong)
        reached += int(quota.size or 0)
    return corners, prices
