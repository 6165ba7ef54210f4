"""What the pages and the API tell about use and bills; constant numbers of queries, no writes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any

from billing import cycle, forecast, rating, use
from billing.book import price_book
from billing.costs import StepPlace, Supply, place_in_steps, rated, whole_kwh
from billing.models import Bill, Payment, Read
from billing.use import Index, Mark, MeterReads, PeriodUse, Stretch
from customers.models import Account
from portal.lib.periods import DAY, Period

LOOKBACK = timedelta(days=124)
"""Four months before a period: what a forecast rests on, and what it is tried on."""
LOOK_AHEAD = timedelta(days=10)
"""Enough to find the read that closes a period whose last days are missing."""
STALE = timedelta(days=31)
"""Reads older than this say nothing about the period that runs now."""
MONTHS_SHOWN = 24

Known = dict[int, list[Stretch]]


def known_use(accounts: Iterable[Account], *, since: date, before: date) -> Known:
    """The use of each account from the reads of ``[since, before)``, by its key. One query."""
    rows = (
        Read.objects.filter(meter__account__in=list(accounts), day__gte=since, day__lt=before)
        .order_by("meter__account", "meter", "day")
        .values_list(
            "meter__account",
            "meter",
            "meter__digits",
            "meter__multiplier",
            "meter__removed_on",
            "day",
            "index_wh",
            "quality",
        )
    )
    return {
        account: use.stretches(_meters(of_account))
        for account, of_account in groupby(rows, key=itemgetter(0))
    }


def _meters(rows: Iterable[tuple[Any, ...]]) -> Iterator[MeterReads]:
    for (_meter, digits, multiplier, removed_on), reads in groupby(
        rows, key=itemgetter(1, 2, 3, 4)
    ):
        indexes = [Index(day, wh, Mark(quality)) for *_rest, day, wh, quality in reads]
        yield MeterReads(indexes, digits, multiplier, in_place=removed_on is None)


def daily_use(account: Account, period: Period, *, today: date) -> PeriodUse:
    """The use of each day of a period, with its gaps. One query."""
    since, before = period.starts_on - LOOK_AHEAD, period.ends_before + LOOK_AHEAD
    known = known_use([account], since=since, before=before).get(account.pk, [])
    return use.in_period(period, known=known, today=today)


def last_bills(accounts: Iterable[Account]) -> dict[int, Bill]:
    """The newest bill of each account that has one, by the account's key. One query."""
    bills = Bill.objects.filter(account__in=list(accounts))
    newest = bills.order_by("account", "-starts_on", "-pk").distinct("account")
    return {bill.account_id: bill for bill in newest}


def due_bills(accounts: Iterable[Account]) -> list[Bill]:
    """What these accounts have to pay, the most urgent first. One query."""
    unpaid = Bill.objects.filter(account__in=list(accounts)).unpaid()
    return list(unpaid.select_related("account").order_by("due_on", "pk"))


def open_period(
    account: Account, *, billed: Bill | None, known: Sequence[Stretch], today: date
) -> Period:
    """The period that the newest read falls into; that of today where reads are old or absent."""
    day = max((part.days.last_on for part in known), default=today)
    if day < today - STALE:
        day = today
    if billed is None:
        return cycle.period_at(day, billed=None, reading_day=account.reading_day)
    return cycle.period_at(
        max(day, billed.ends_before), billed=_period(billed), reading_day=account.reading_day
    )


def use_so_far(
    accounts: Sequence[Account], *, billed: dict[int, Bill], today: date
) -> dict[int, PeriodUse]:
    """The use of the running period of each account, by its key. One query."""
    known = known_use(accounts, since=today - 2 * STALE, before=today + DAY)
    return {
        account.pk: use.in_period(
            open_period(
                account,
                billed=billed.get(account.pk),
                known=known.get(account.pk, []),
                today=today,
            ),
            known=known.get(account.pk, []),
            today=today,
        )
        for account in accounts
    }


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


def overview(
    account: Account, *, bills: Sequence[Bill], month: date | None, today: date
) -> Overview:
    """One period of one address: the running one, or that of ``month``. At most six queries.

    :param bills: the newest bills first, as :func:`months` returns them
    """
    billed = bills[0] if bills else None
    if month is None:
        known = _known(account, today - STALE, today)
        period = open_period(account, billed=billed, known=known, today=today)
    else:
        period = period_of(account, bills=bills, month=month)
        known = _known(account, period.starts_on, period.ends_before + LOOK_AHEAD)
    found = use.in_period(period, known=known, today=today)
    bill = next((bill for bill in bills if _period(bill) == period), None)
    return _overview(account, found, known, bill, today)


def _known(account: Account, starts_on: date, before: date) -> list[Stretch]:
    found = known_use([account], since=starts_on - LOOKBACK, before=before + DAY)
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


def months(account: Account) -> list[Bill]:
    """The newest bills of an account, the newest first. One query."""
    return list(account.bills.newest_first()[:MONTHS_SHOWN])


def period_of(account: Account, *, bills: Sequence[Bill], month: date) -> Period:
    """The period named after ``month``: as billed, else by the reading day."""
    for bill in bills:
        if bill.month == month:
            return _period(bill)
    billed = max((bill for bill in bills if bill.month < month), key=_month, default=None)
    if billed is None:
        return cycle.of_month(month, reading_day=account.reading_day)
    closing = cycle.closing_in(month, reading_day=cycle.LAST_DAY)
    return cycle.period_at(
        max(closing, billed.ends_before), billed=_period(billed), reading_day=account.reading_day
    )


def _month(bill: Bill) -> date:
    return bill.month


def _period(bill: Bill) -> Period:
    return Period(bill.starts_on, bill.ends_before)


@dataclass(frozen=True, slots=True)
class BillSheet:
    """One bill with everything behind it."""

    bill: Bill
    payments: Sequence[Payment]
    rating: rating.Rating | None
    """Our own calculation of its kWh; None where the kWh alone do not make the price."""
    index_kwh: int | None
    """Whole kWh by the indexes of the bill; None where meters were exchanged."""

    @property
    def paid(self) -> int:
        return sum(payment.amount for payment in self.payments)

    @property
    def differs_by(self) -> int:
        """What the bill asks above our calculation, in đồng; below it where negative."""
        return self.bill.total - self.rating.total if self.rating else 0


def bill_sheet(bill: Bill) -> BillSheet:
    """A bill, its payments, and its lines worked out anew by the prices of its days."""
    account = bill.account
    supply = Supply(account.group, account.voltage, Decimal(bill.households))
    return BillSheet(
        bill=bill,
        payments=list(bill.payments.newest_first()),
        rating=rated(supply, _period(bill), kwh=bill.usage_kwh, book=price_book()),
        index_kwh=_index_kwh(bill),
    )


def _index_kwh(bill: Bill) -> int | None:
    meters = [
        meter
        for meter in bill.account.meters.all()
        if meter.removed_on is None or meter.removed_on > bill.starts_on
    ]
    if len(meters) != 1:
        return None
    meter = meters[0]
    try:
        went = rating.advance(
            bill.index_from_wh,
            bill.index_to_wh,
            digits=meter.digits + 3,
            multiplier=meter.multiplier,
        )
    except rating.NotRunningForward:
        return None
    return whole_kwh(went.usage)
