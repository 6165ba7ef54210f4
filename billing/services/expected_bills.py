"""The next bills of one account as they are likely to come, for whoever asks what would be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from billing import month_end
from billing.models import Bill
from billing.month_end import Move
from billing.queries.month_end import newest_bill
from billing.queries.use import period_billed
from customers.models import Account
from portal.lib.periods import DAY, Period

ISSUED_AFTER, PAID_WITHIN = timedelta(days=2), timedelta(days=5)
"""From the last day to the bill, and from there to the last day to pay, where no bill tells."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How bills of this account came so far."""

    issued_after: timedelta
    paid_within: timedelta
    total: int


def suppose(
    account: Account, *, moved: Move | None, count: int, learned_at: datetime, today: date
) -> list[Bill]:
    """Write down the next ``count`` bills; only in a transaction that is taken back.

    :param moved: of a reading that moved to the month's end
    """
    last = newest_bill(account)
    billed = period_billed(last) if last else None
    if moved is None:
        periods = month_end.coming(billed=billed, reading_day=account.reading_day, today=today)
    else:
        periods = month_end.coming_moved(
            billed=billed, reading_day=moved.old_day, moved=moved, today=today
        )
    usual = _usual(last)
    month = last.month if last else date.min
    made = []
    for period in islice(periods, count):
        at_end = moved is not None and period >= moved.first
        month = max(period.last_on.replace(day=1), _next(month))
        made.append(_bill(account, period, month, usual, at_end, learned_at, today))
    return Bill.objects.bulk_create(made)


def _next(month: date) -> date:
    return month if month == date.min else Period.of_month(month).ends_before


def _usual(last: Bill | None) -> Usual:
    if last is None:
        return Usual(ISSUED_AFTER, PAID_WITHIN, 1)
    return Usual(
        max(last.issued_on - last.last_on, DAY), last.due_on - last.issued_on, max(last.total, 1)
    )


def _bill(
    account: Account,
    period: Period,
    month: date,
    usual: Usual,
    at_end: bool,
    learned_at: datetime,
    today: date,
) -> Bill:
    issued_on, due_on = _dates(period, usual, at_end=at_end)
    issued_on = max(issued_on, today)
    return Bill(
        account=account,
        month=month,
        starts_on=period.starts_on,
        ends_before=period.ends_before,
        index_from_wh=0,
        index_to_wh=0,
        usage_kwh=0,
        households=1,
        net=usual.total,
        vat_percent=0,
        vat=0,
        total=usual.total,
        issued_on=issued_on,
        due_on=max(due_on, issued_on),
        learned_at=learned_at,
    )


def _dates(period: Period, usual: Usual, *, at_end: bool) -> Iterable[date]:
    if at_end:
        following = period.last_on + DAY
        pay_from = following.replace(day=month_end.PAY_FROM)
        return min(period.last_on + usual.issued_after, pay_from), following.replace(
            day=month_end.PAY_BY
        )
    issued_on = period.last_on + usual.issued_after
    return issued_on, issued_on + usual.paid_within
