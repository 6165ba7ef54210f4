"""The next notices of an account, as things are and as they would be with an arrangement.

What does not stand yet is supposed: the bills to come, and the arrangement, which its own services
record and approve. All of it happens in a transaction that is taken back, and that the database
itself holds read-only from the moment at which the planner's statements are asked.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from billing.month_end import Move
from billing.queries import month_end_of
from billing.services import expected_bills
from customers.models import Account, Arrangement, User
from customers.services.arrangements import ArrangementError, Terms, supposed, supposed_approved
from notifications.services import foreseeing
from notifications.services.foreseeing import Foreseen
from portal.lib.periods import local_day

BILLS_AHEAD = 3
"""A bill each month: three hold three notices, also where each is paid without a reminder."""


def as_things_are(account: Account, *, at: datetime) -> list[Foreseen]:
    """The next three notices of ``account``; nothing is written."""
    with transaction.atomic():
        found = _asked(account, moved=None, at=at)
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
    moved = None
    if verb.__name__.endswith(Arrangement.Kind.MONTH_END_READING):
        moved = month_end_of(account, today=local_day(at)).move
    with supposed(verb, account=account, terms=terms, by=by, at=at, **details):
        return _asked(account, moved=moved, at=at)


def once_approved(arrangement: Arrangement, *, at: datetime) -> list[Foreseen]:
    """The next three notices once what waits is approved; nothing is written.

    What needs no approval, or cannot be approved any more, leaves things as they are.
    """
    try:
        with supposed_approved(arrangement, at=at):
            return _asked(arrangement.account, moved=None, at=at)
    except ArrangementError:
        return as_things_are(arrangement.account, at=at)


def _asked(account: Account, *, moved: Move | None, at: datetime) -> list[Foreseen]:
    expected = expected_bills.suppose(
        account, moved=moved, count=BILLS_AHEAD, learned_at=at, today=local_day(at)
    )
    foreseeing.only_read()
    return foreseeing.next_notices(account, expected=expected, at=at)
