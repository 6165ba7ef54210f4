"""The use of a period held against other days of the same account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from billing import comparing, use
from billing.models import Bill
from billing.queries.use import known_use, period_billed
from billing.rating.periods import add_months
from billing.use import Stretch
from customers.models import Account
from portal.lib.periods import DAY, Period

A_YEAR_AGO = (timedelta(days=396), timedelta(days=340))
"""How far back the partners of days lie at most and at least, wherever the new year falls."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What other days say of a period; None where too few of them are known."""

    last: comparing.Against | None
    year: comparing.Against | None
    extremes: comparing.Extremes | None
    base: comparing.Base | None


def compared(
    account: Account,
    period: Period,
    *,
    known: Sequence[Stretch],
    bills: Sequence[Bill],
    until: date,
    as_of: datetime | None,
) -> Compared:
    """Hold the days of a period up to ``until`` against others. One query, for last year's days.

    :param known: of the period and of the months before it
    """
    daily = use.single_days(known)
    furthest, nearest = A_YEAR_AGO
    old = known_use(
        [account],
        since=period.starts_on - furthest,
        before=period.ends_before - nearest,
        as_of=as_of,
    )
    last_year = use.single_days(old.get(account.pk, []))
    return Compared(
        last=comparing.with_last_period(daily, period=period, last=before(period, bills)),
        year=comparing.with_last_year({**last_year, **daily}, period=period),
        extremes=comparing.extremes(daily, period=period),
        base=comparing.base(daily, before=until + DAY),
    )


def before(period: Period, bills: Sequence[Bill]) -> Period:
    """The period before: as it was billed, else a month that ends where this one begins."""
    for bill in bills:
        if bill.ends_before == period.starts_on:
            return period_billed(bill)
    if period.is_month:
        return period.previous_month()
    return Period(add_months(period.starts_on, -1), period.starts_on)
