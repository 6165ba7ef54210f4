"""What a reading at the month's end would mean for one account: days, steps, expected amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billing import forecast, month_end, rating, use
from billing.book import price_book
from billing.costs import Supply, rated, step_sizes
from billing.models import Bill
from billing.queries.overview import supply_of
from billing.queries.use import known_use, period_billed
from customers.models import Account
from portal.lib.periods import DAY, Period

LOOKBACK = timedelta(days=124)


@dataclass(frozen=True, slots=True)
class Expected:
    """One period with what it is likely to cost; None where too little is known to say."""

    period: Period
    share: rating.Months
    steps: Sequence[rating.Quota]
    """How wide the price steps become; none where the price has no steps."""
    money: forecast.Money | None


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The move, the period as it would have been, and the odd one."""

    move: month_end.Move
    usual: Expected
    first: Expected


def month_end_of(account: Account, *, today: date) -> MonthEnd:
    """What would change on ``today``. Four queries."""
    bill = newest_bill(account)
    moved = month_end.move(
        billed=period_billed(bill) if bill else None,
        reading_day=account.reading_day,
        today=today,
    )
    known = known_use([account], since=moved.running.starts_on - LOOKBACK, before=today + DAY)
    daily = use.single_days(known.get(account.pk, []))
    book, supply = price_book(), supply_of(account)
    usual, first = (
        _expected(period, daily=daily, supply=supply, book=book, today=today)
        for period in (moved.running, moved.first)
    )
    return MonthEnd(moved, usual, first)


def newest_bill(account: Account) -> Bill | None:
    """The bill of the newest period."""
    return Bill.objects.filter(account=account).newest_first().first()


def _expected(
    period: Period,
    *,
    daily: dict[date, int],
    supply: Supply,
    book: rating.PriceBook,
    today: date,
) -> Expected:
    return Expected(
        period=period,
        share=rating.months_in(period.starts_on, period.ends_before),
        steps=step_sizes(supply, period, book=book),
        money=_money(period, daily=daily, supply=supply, book=book, today=today),
    )


def _money(
    period: Period,
    *,
    daily: dict[date, int],
    supply: Supply,
    book: rating.PriceBook,
    today: date,
) -> forecast.Money | None:
    until = max((day for day in daily if day <= today), default=today) + DAY
    try:
        likely = forecast.forecast(period, daily=daily, until=until)
    except forecast.TooFewDays:
        return None
    if rated(supply, period, kwh=0, book=book) is None:
        return None

    def total(kwh: int) -> int:
        bill = rated(supply, period, kwh=kwh, book=book)
        return bill.total if bill else 0

    return forecast.money(likely, total=total)
