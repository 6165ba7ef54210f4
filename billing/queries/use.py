"""Use by account and period, from the reads; one query each, however many accounts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from billing import cycle, use
from billing.models import Bill
from billing.queries.standing import StoodRead, standing_reads
from billing.rating.periods import full_months
from billing.use import Index, Mark, MeterReads, PeriodUse, Stretch
from customers.models import Account
from customers.reading_days import LAST_DAY, closing_in
from portal.lib.periods import DAY, Period

LOOK_AHEAD = timedelta(days=10)
"""Enough to find the read that closes a period whose last days are missing."""
STALE = timedelta(days=31)
"""Reads older than this say nothing about the period that runs now."""
MONTHS_BACK = 13

BY_METER = itemgetter(1, 2, 3, 4)
"""The place of a meter's own facts in a ``StoodRead``: by name it takes twice as long."""
MARKS = {mark.value: mark for mark in Mark}

Known = dict[int, list[Stretch]]


def known_use(
    accounts: Iterable[Account], *, since: date, before: date, as_of: datetime | None = None
) -> Known:
    """The use of each account from the reads of ``[since, before)``, by its key. One query.

    Every figure of use on any page comes through here, and keeps to the window of its account.

    :param as_of: from the reads as they stood at that moment
    """
    rows = standing_reads(accounts, since=since, before=before, as_of=as_of)
    return {
        account: use.stretches(_meters(of_account))
        for account, of_account in groupby(rows, key=itemgetter(0))
    }


def _meters(rows: Iterable[StoodRead]) -> Iterator[MeterReads]:
    for (_meter, digits, multiplier, removed_on), reads in groupby(rows, key=BY_METER):
        indexes = [Index(read.day, read.index_wh, MARKS[read.quality]) for read in reads]
        yield MeterReads(indexes, digits, multiplier, in_place=removed_on is None)


def daily_use(account: Account, period: Period, *, today: date) -> PeriodUse:
    """The use of each day of a period that may be seen, with its gaps. One query.

    :raises OutOfSight: none of its days may be seen
    """
    period = visible_part(account, period)
    since, before = period.starts_on - LOOK_AHEAD, period.ends_before + LOOK_AHEAD
    known = known_use([account], since=since, before=before).get(account.pk, [])
    return use.in_period(period, known=known, today=today)


def stretches_of(account: Account, period: Period) -> list[Stretch]:
    """What is known of the days of a period that may be seen, wholly inside it. One query.

    :raises OutOfSight: none of its days may be seen
    """
    days = visible_part(account, period)
    known = known_use([account], since=days.starts_on - DAY, before=days.ends_before)
    return [part for part in known.get(account.pk, []) if part.days.overlap(days) == part.days]


class OutOfSight(Exception):
    """No day of what was asked for may be seen."""


def visible_part(account: Account, period: Period) -> Period:
    """The days of ``period`` within the window of ``account``.

    :raises OutOfSight: there is none
    """
    found = account.window.clip(period)
    if found is None:
        raise OutOfSight
    return found


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
        max(day, billed.ends_before), billed=period_billed(billed), reading_day=account.reading_day
    )


def use_so_far(
    accounts: Sequence[Account], *, billed: dict[int, Bill], today: date, is_measured: bool = False
) -> dict[int, PeriodUse]:
    """The use of the running period of each account, by its key; none of places left. One query.

    :param is_measured: leave out the newest days as long as they are estimates
    """
    known = known_use(accounts, since=today - 2 * STALE, before=today + DAY)
    found = {}
    for account in accounts:
        own = known.get(account.pk, [])
        running = open_period(account, billed=billed.get(account.pk), known=own, today=today)
        if period := account.window.clip(running):
            counted = use.up_to_measured(own) if is_measured else own
            found[account.pk] = use.in_period(period, known=counted, today=today)
    return found


def period_of(account: Account, *, bills: Sequence[Bill], month: date) -> Period:
    """The period named after ``month``: as billed, else joined to the bills, by the reading day."""
    for bill in bills:
        if bill.month == month:
            return period_billed(bill)
    billed = max((bill for bill in bills if bill.month < month), key=_month, default=None)
    if billed is None:
        return _before_bills(account, bills, month)
    closing = closing_in(month, day=LAST_DAY)
    return cycle.period_at(
        max(closing, billed.ends_before),
        billed=period_billed(billed),
        reading_day=account.reading_day,
    )


def _before_bills(account: Account, bills: Sequence[Bill], month: date) -> Period:
    first = min(bills, key=_month, default=None)
    if first is None:
        return cycle.of_month(month, reading_day=account.reading_day)
    return cycle.preceding(
        period_billed(first),
        months=full_months(month, first.month),
        reading_day=account.reading_day,
    )


def _month(bill: Bill) -> date:
    return bill.month


def period_billed(bill: Bill) -> Period:
    return Period(bill.starts_on, bill.ends_before)


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """The use of the period named after a month: as billed, or as the reads tell."""

    month: date
    period: Period
    wh: int | None
    is_whole: bool
    """Whether ``wh`` is about every day of the period."""
    bill: Bill | None


def month_totals(account: Account, *, bills: Sequence[Bill], today: date) -> list[MonthTotal]:
    """The last months of which anything is known, the newest first. One query."""
    since = today - MONTHS_BACK * STALE
    known = known_use([account], since=since, before=today + DAY).get(account.pk, [])
    months = {bill.month for bill in bills} | _months_between(since, today)
    totals = [_total(account, month, bills, known, today) for month in sorted(months, reverse=True)]
    return [total for total in totals if total and total.wh is not None]


def _months_between(since: date, today: date) -> set[date]:
    """The months from ``since`` to the one after today's, which a running period may bear."""
    month, months = Period.of_month(since), set()
    while month.starts_on <= Period.of_month(today).following_month().starts_on:
        months.add(month.starts_on)
        month = month.following_month()
    return months


def _total(
    account: Account, month: date, bills: Sequence[Bill], known: Sequence[Stretch], today: date
) -> MonthTotal | None:
    period = account.window.clip(period_of(account, bills=bills, month=month))
    if period is None:
        return None
    bill = next((bill for bill in bills if bill.month == month), None)
    if bill:
        return MonthTotal(month, period, bill.usage_kwh * 1000, True, bill)
    found = use.in_period(period, known=known, today=today)
    is_whole = found.counted_days == period.days
    return MonthTotal(month, period, found.total_wh, is_whole, None)
