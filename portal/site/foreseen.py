"""The next notices of an account, as things are and as they would be with an arrangement.

What does not stand yet is supposed: the bills to come, and the arrangement, which its own services
record and approve. All of it happens in a transaction that is taken back, and that the database
itself holds read-only from the moment at which the planner's statements are asked.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from billing import month_end
from billing.month_end import Move
from billing.queries import newest_bill, period_billed
from billing.services import expected_bills
from customers.models import Account, Arrangement, MonthEndReading, User
from customers.services.arrangements import ArrangementError, Terms, supposed, supposed_approved
from notifications.services import foreseeing
from notifications.services.foreseeing import Foreseen
from portal.lib.periods import local_day

BILLS_AHEAD = 3
"""A bill each month: three hold three notices, also where each is paid without a reminder."""


def as_things_are(account: Account, *, at: datetime) -> list[Foreseen]:
    """The next three notices of ``account``; nothing is written."""
    with transaction.atomic():
        found = _asked(account, at=at)
        transaction.set_rollback(True)
    return found


def with_arrangement(
    verb: Callable[..., Arrangement],
    *,
    account: Account,
    terms: Terms,
    details: Mapping[str, Any],
    by: User,
    at: datetime,
) -> list[Foreseen]:
    """The next three notices as they would be once this holds; nothing is written.

    :raises customers.services.arrangements.ArrangementError: it would be refused
    :raises portal.lib.phones.NotAPhone: what should be a number is none
    """
    with supposed(verb, account=account, terms=terms, by=by, at=at, **details):
        return _asked(account, at=at)


def once_approved(arrangement: Arrangement, *, at: datetime) -> list[Foreseen]:
    """The next three notices once what waits is approved; nothing is written.

    What needs no approval, or cannot be approved any more, leaves things as they are.
    """
    try:
        with supposed_approved(arrangement, at=at):
            return _asked(arrangement.account, at=at)
    except ArrangementError:
        return as_things_are(arrangement.account, at=at)


def _asked(account: Account, *, at: datetime) -> list[Foreseen]:
    expected = expected_bills.suppose(
        account, moved=_moved(account), count=BILLS_AHEAD, learned_at=at, today=local_day(at)
    )
    foreseeing.only_read()
    return foreseeing.next_notices(account, expected=expected, at=at)


def _moved(account: Account) -> Move | None:
    """The reading that moved to the month's end, as long as its first period is not billed."""
    reading = MonthEndReading.objects.filter(account=account, state=Arrangement.State.IN_FORCE)
    if (in_force := reading.first()) is None:
        return None
    bill = newest_bill(account)
    billed = period_billed(bill) if bill else None
    since = local_day(in_force.requested_at)
    moved = month_end.move(billed=billed, reading_day=in_force.old_day, today=since)
    is_billed = billed is not None and billed.ends_before > moved.first.starts_on
    return None if is_billed else moved
