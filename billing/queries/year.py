"""A calendar year by its billing months, each beside the same month of the year before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.models import Bill
from billing.queries.use import MonthTotal, month_totals
from customers.models import Account

MONTHS = range(1, 13)
ABOUT_AS_LONG = 3
"""Days by which the same month of two years may differ and still be held against each other."""


@dataclass(frozen=True, slots=True)
class YearMonth:
    """One month of the year, and the same of the year before; None where nothing is known."""

    month: date
    now: MonthTotal | None
    before: MonthTotal | None

    @property
    def is_comparable(self) -> bool:
        """Whether both are known for every day, of about as many."""
        if self.now is None or self.before is None:
            return False
        if not (self.now.is_whole and self.before.is_whole):
            return False
        return abs(self.now.period.days - self.before.period.days) <= ABOUT_AS_LONG


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months."""

    year: int
    months: Sequence[YearMonth]

    @property
    def known(self) -> list[MonthTotal]:
        return [one.now for one in self.months if one.now]

    @property
    def comparable(self) -> list[YearMonth]:
        """The months that can be held against the year before."""
        return [one for one in self.months if one.is_comparable]

    @property
    def has_before(self) -> bool:
        return any(one.before for one in self.months)


def year_of(account: Account, *, year: int, today: date, with_running: bool) -> Year:
    """A year and the one before it, as far as they may be seen. Two queries.

    Months are those that bills are named after; without a bill, as the reads of 13 months tell.

    :param with_running: also what is not over yet, which tells the days of whoever looks twice
    """
    bills = _bills(account, year)
    totals = {
        total.month: total
        for total in month_totals(account, bills=bills, today=today)
        if with_running or total.bill or total.period.ends_before <= today
    }
    firsts = [date(year, month, 1) for month in MONTHS]
    return Year(
        year,
        [
            YearMonth(first, totals.get(first), totals.get(first.replace(year=year - 1)))
            for first in firsts
        ],
    )


def _bills(account: Account, year: int) -> list[Bill]:
    """Those of both years, the newest first; one beside each end, which others are joined to."""
    around = Bill.objects.of([account]).filter(
        month__gte=date(year - 2, 12, 1), month__lte=date(year + 1, 1, 1)
    )
    bills = list(around.newest_first())
    for bill in bills:
        bill.account = account
    return bills
