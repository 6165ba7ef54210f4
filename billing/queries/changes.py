"""Two bills of one account side by side, and what makes them differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing import explain, rating
from billing.book import price_book
from billing.costs import PRICED_BY_TOTAL, Supply
from billing.models import Bill
from billing.queries.use import daily_use, period_billed


@dataclass(frozen=True, slots=True)
class BillChange:
    """A bill, the one it is held against, and the parts of their difference in đồng."""

    before: Bill
    after: Bill
    explanation: explain.Explanation | None
    """None where the kWh alone do not make the price."""

    @property
    def difference(self) -> int:
        """What the later bill asks above the earlier one, in đồng; below it where negative."""
        return self.after.total - self.before.total

    @property
    def are_twins(self) -> bool:
        """Whether both name the same kWh and the same amount, which people doubt."""
        return (self.before.usage_kwh, self.before.total) == (
            self.after.usage_kwh,
            self.after.total,
        )


def bill_change(before: Bill, after: Bill) -> BillChange:
    """Why ``after`` asks for more or less than ``before``; both of one account, with it loaded."""
    book = price_book()
    try:
        first, second = _billed(before), _billed(after)
        can_explain = all(
            stretch.tariff.kind in PRICED_BY_TOTAL
            for billed in (first, second)
            for stretch in rating.stretches_of(billed.basis, book)
        )
        found = explain.explain(first, second, book=book) if can_explain else None
    except rating.CannotRate:
        found = None
    return BillChange(before, after, found)


def _billed(bill: Bill) -> explain.Billed:
    account = bill.account
    supply = Supply(account.group, account.voltage, Decimal(bill.households))
    return explain.Billed(supply.basis(period_billed(bill), kwh=bill.usage_kwh), bill.total)


@dataclass(frozen=True, slots=True)
class DayPair:
    """The same day of two periods, counted from their beginning; Wh, None where unknown."""

    number: int
    before_wh: int | None
    after_wh: int | None


def days_overlaid(change: BillChange, *, today: date) -> Sequence[DayPair]:
    """The days of both periods laid over each other. Two queries."""
    before, after = (
        [day.wh for day in daily_use(bill.account, period_billed(bill), today=today).days]
        for bill in (change.before, change.after)
    )
    longest = max(len(before), len(after))
    return [DayPair(at + 1, _at(before, at), _at(after, at)) for at in range(longest)]


def _at(values: Sequence[int | None], index: int) -> int | None:
    return values[index] if index < len(values) else None
