"""All that the page of one address tells about one period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from billing import forecast, rating, use
from billing.book import price_book
from billing.costs import StepPlace, Supply, place_in_steps, rated, whole_kwh
from billing.models import Bill
from billing.queries.compared import Compared, compared
from billing.queries.use import (
    LOOK_AHEAD,
    STALE,
    known_use,
    open_period,
    period_billed,
    period_of,
    visible_part,
)
from billing.use import PeriodUse, Stretch
from customers.models import Account
from portal.lib.periods import DAY, Period

LOOKBACK = timedelta(days=124)
"""Four months before a period: what a forecast rests on, and what it is tried on."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A likely bill in đồng, and how such forecasts did on this account's closed months."""

    money: forecast.Money
    tested: forecast.Coverage


@dataclass(frozen=True, slots=True)
class LastDay:
    """The newest day with a figure of its own, in Wh, beside an ordinary day."""

    day: date
    wh: int
    usual_wh: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page of one address tells about one period."""

    use: PeriodUse
    bill: Bill | None
    """The bill of exactly this period."""
    amount: int | None
    """What the use so far costs in đồng with VAT; None where the kWh alone do not tell."""
    step: StepPlace | None
    step_on: date | None
    """The day on which the next step begins at the pace so far, where it lies in the period."""
    likely: Likely | None
    last_day: LastDay | None
    is_open: bool
    compared: Compared | None = None
    """None where no day of it is known."""


def overview(
    account: Account,
    *,
    bills: Sequence[Bill],
    month: date | None,
    today: date,
    as_of: datetime | None = None,
) -> Overview:
    """One period of one address: the running one, or that of ``month``. At most six queries.

    Of a place that was left the running period is the last one lived there.

    :param bills: the newest bills first, as :func:`months` returns them
    :param as_of: as it was known at that moment, on that ``today``; bills are given as then
    :raises OutOfSight: no day of ``month`` may be seen
    """
    period, known = (
        _running(account, bills, today=today, as_of=as_of)
        if month is None
        else _of_month(account, bills, month=month, as_of=as_of)
    )
    found = use.in_period(period, known=known, today=today)
    bill = next((bill for bill in bills if period_billed(bill) == period), None)
    shown = _overview(account, found, known, bill, today)
    if found.until is None:
        return shown
    against = compared(account, period, known=known, bills=bills, until=found.until, as_of=as_of)
    return replace(shown, compared=against)


def _running(
    account: Account, bills: Sequence[Bill], *, today: date, as_of: datetime | None
) -> tuple[Period, list[Stretch]]:
    day = account.window.latest(today)
    known = _known(account, day - STALE, day, as_of)
    billed = bills[0] if bills else None
    running = open_period(account, billed=billed, known=known, today=day)
    period = account.window.clip(running)
    if period is None and billed:
        # Everything lived there is billed.
        return _of_month(account, bills, month=billed.month, as_of=as_of)
    return period or visible_part(account, running), known


def _of_month(
    account: Account, bills: Sequence[Bill], *, month: date, as_of: datetime | None
) -> tuple[Period, list[Stretch]]:
    period = visible_part(account, period_of(account, bills=bills, month=month))
    return period, _known(account, period.starts_on, period.ends_before + LOOK_AHEAD, as_of)


def _known(
    account: Account, starts_on: date, before: date, as_of: datetime | None
) -> list[Stretch]:
    since = starts_on - LOOKBACK
    found = known_use([account], since=since, before=before + DAY, as_of=as_of)
    return found.get(account.pk, [])


def _overview(
    account: Account, found: PeriodUse, known: list[Stretch], bill: Bill | None, today: date
) -> Overview:
    is_open = bill is None and today < found.period.ends_before + STALE
    daily = use.single_days(known)
    if not is_open or found.total_wh is None or found.until is None:
        return Overview(found, bill, None, None, None, None, None, is_open)
    book, supply = price_book(), supply_of(account)
    so_far = rated(supply, found.period, kwh=whole_kwh(found.total_wh), book=book)
    step = place_in_steps(supply, found.period, wh=found.total_wh, book=book)
    return Overview(
        use=found,
        bill=bill,
        amount=so_far.total if so_far else None,
        step=step,
        step_on=_step_on(found, step),
        likely=_likely(found, daily=daily, supply=supply, book=book),
        last_day=_last_day(daily, until=found.until),
        is_open=is_open,
    )


def supply_of(account: Account) -> Supply:
    """What the price of this account's kWh depends on today."""
    return Supply(account.group, account.voltage, Decimal(account.households))


def _step_on(found: PeriodUse, step: StepPlace | None) -> date | None:
    if step is None or step.left_wh is None or not found.counted_days or not found.total_wh:
        return None
    pace = Fraction(found.total_wh, found.counted_days)
    days = use.days_until(step.left_wh, pace=pace)
    if days is None or found.until is None:
        return None
    day = found.until + timedelta(days=days)
    return day if day in found.period else None


def _likely(
    found: PeriodUse, *, daily: dict[date, int], supply: Supply, book: rating.PriceBook
) -> Likely | None:
    """The whole period's bill; None when it is over, too young, or not priced by kWh alone."""
    if found.until is None or found.until == found.period.last_on:
        return None
    try:
        expected = forecast.forecast(found.period, daily=daily, until=found.until + DAY)
    except forecast.TooFewDays:
        return None
    if rated(supply, found.period, kwh=0, book=book) is None:
        return None

    def total(kwh: int) -> int:
        bill = rated(supply, found.period, kwh=kwh, book=book)
        return bill.total if bill else 0

    gone = (found.until - found.period.starts_on).days + 1
    tested = forecast.back_test(_closed_before(found.period), daily=daily, days_in=gone)
    return Likely(forecast.money(expected, total=total), tested)


def _closed_before(period: Period) -> list[Period]:
    """The four calendar months before a period, which the look-back covers."""
    months = [period.previous_month()]
    while len(months) < 4:
        months.append(months[-1].previous_month())
    return months


def _last_day(daily: dict[date, int], *, until: date) -> LastDay | None:
    if until not in daily:
        return None
    return LastDay(until, daily[until], use.usual(daily, before=until))
