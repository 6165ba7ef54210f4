"""What people make of a recorded arrangement: approved, refused, undone, ended."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import (
    Account,
    AccountEvent,
    Arrangement,
    ContactPoint,
    MonthEndReading,
    User,
    WorkItem,
)
from customers.models.arrangements import first_day_to_debit
from customers.reading_days import LAST_DAY
from customers.services import reading_days, work
from portal.lib.history import signed
from portal.lib.periods import local_day

from . import contacts, ways
from .errors import (
    MissingReason,
    NotInForce,
    NotOpen,
    NotWaiting,
    RanOut,
    SamePerson,
    TooLate,
    explained,
)
from .terms import free_text, lock, tell

Mandate = Arrangement.Mandate

HOLDING = (Arrangement.State.IN_FORCE, Arrangement.State.EXPIRED)
"""The states of which something still holds."""
ENDED_BECAUSE = (
    Arrangement.ClosedWhy.ASKED,
    Arrangement.ClosedWhy.REPLACED,
    Arrangement.ClosedWhy.BANK,
    Arrangement.ClosedWhy.MOVED,
    Arrangement.ClosedWhy.SILENT,
)
"""Why staff may end an arrangement."""


@explained()
@transaction.atomic
@signed
def approve(*, arrangement: Arrangement, by: User, at: datetime) -> Arrangement:
    """Put a requested arrangement in force, from today where its first day has passed.

    A bank takes nothing before the day to undo it is over.

    :raises SamePerson: the requester tried to approve their own request
    :raises NotWaiting: it is not waiting for approval (any more)
    :raises RanOut: its last day or its review has passed while it waited
    """
    current = _waiting(arrangement, by=by)
    put_in_force(current, by=by, at=at)
    _save_decision(current)
    if contact := _contact(current):
        contacts.put_in_use([contact])
    tell([current], AccountEvent.Kind.ARRANGED, by=by, at=at)
    return current


def put_in_force(current: Arrangement, *, by: User, at: datetime) -> None:
    """The second person's yes to what waits, not written yet; asks the database nothing.

    :raises SamePerson: they recorded it themselves
    :raises RanOut: its last day or its review has passed while it waited
    """
    _refuse_same_person(current, by=by)
    today = local_day(at)
    if current.review_on <= today or (current.ends_on is not None and current.ends_on <= today):
        raise RanOut
    current.starts_on = max(current.starts_on, today)
    if current.kind == Arrangement.Kind.AUTO_DEBIT:
        first = first_day_to_debit(approved_at=at, starts_on=current.starts_on)
        if current.ends_on is not None and current.ends_on <= first:
            raise RanOut
        current.first_debit_on, current.mandate = first, Mandate.ACTIVE
    current.state, current.decided_by, current.decided_at = Arrangement.State.IN_FORCE, by, at


@explained()
@transaction.atomic
@signed
def refuse(*, arrangement: Arrangement, why: str, by: User, at: datetime) -> Arrangement:
    """Turn a request down, with the reason that the customer is told.

    :raises SamePerson: the requester tried to decide on their own request
    :raises NotWaiting: it is not waiting for approval (any more)
    :raises MissingReason: ``why`` is empty
    """
    current = _waiting(arrangement, by=by)
    current.decided_why = free_text(why, field="why")
    if not current.decided_why:
        raise MissingReason(field="why")
    _cancel_mandate(current)
    current.state, current.decided_by, current.decided_at = Arrangement.State.REFUSED, by, at
    _save_decision(current)
    return current


@transaction.atomic
@signed
def undo(*, arrangement: Arrangement, by: User, at: datetime) -> Arrangement:
    """Take back a request that waits, or what came in force within the last 24 hours.

    :raises TooLate: it has been in force for longer
    :raises NotOpen: it is over already
    """
    current = locked(arrangement)
    if current.state not in (Arrangement.State.REQUESTED, Arrangement.State.IN_FORCE):
        raise NotOpen
    if current.state == Arrangement.State.IN_FORCE and at >= current.undoable_until:
        raise TooLate
    _close(current, Arrangement.State.UNDONE, by=by, at=at)
    return current


@transaction.atomic
@signed
def end(*, arrangement: Arrangement, why: str, by: User, at: datetime) -> Arrangement:
    """Let an arrangement in force, or one that expired, hold no more from today on.

    Nothing is newly told or debited by it, so it needs no second person.

    :param why: an ``Arrangement.ClosedWhy`` that staff may give
    :raises NotInForce: it is neither
    :raises MissingReason: ``why`` is none of them
    """
    if why not in ENDED_BECAUSE:
        raise MissingReason(field="why")
    current = locked(arrangement)
    if current.state not in HOLDING:
        raise NotInForce
    current.closed_why = why
    end_now(current, by=by, at=at)
    return current


@transaction.atomic
@signed
def disown(*, arrangement: Arrangement, by: User | None, at: datetime) -> Arrangement:
    """Close what the customer says they never agreed to; undone while nothing came of it yet.

    ``by`` is empty where the message itself was the proof.

    :raises NotInForce: it is not in force
    """
    current = locked(arrangement)
    if current.state not in HOLDING:
        raise NotInForce
    current.closed_why = Arrangement.ClosedWhy.NOT_ME
    if current.state == Arrangement.State.IN_FORCE and at < current.undoable_until:
        _close(current, Arrangement.State.UNDONE, by=by, at=at)
    else:
        end_now(current, by=by, at=at)
    return current


def end_now(current: Arrangement, *, by: User | None, at: datetime) -> None:
    """End one that is locked and holds, from today on."""
    current.ends_on = max(local_day(at), current.starts_on + timedelta(days=1))
    _close(current, Arrangement.State.ENDED, by=by, at=at)


def locked(arrangement: Arrangement) -> Arrangement:
    """The arrangement as it is now; nobody else changes it, or its account, until we are done."""
    lock(arrangement.account_id)
    rows = Arrangement.objects.with_terms().select_for_update(of=("self",), no_key=True)
    return rows.get(pk=arrangement.pk)


def _waiting(arrangement: Arrangement, *, by: User) -> Arrangement:
    current = locked(arrangement)
    if current.state != Arrangement.State.REQUESTED:
        raise NotWaiting
    _refuse_same_person(current, by=by)
    return current


def _refuse_same_person(current: Arrangement, *, by: User) -> None:
    if current.requested_by_id == by.pk:
        raise SamePerson


def _save_decision(current: Arrangement) -> None:
    current.save(
        update_fields=[
            "state", "decided_by", "decided_at", "decided_why", "starts_on", "first_debit_on",
            "mandate",
        ]
    )  # fmt: skip


def _close(current: Arrangement, state: str, *, by: User | None, at: datetime) -> None:
    was_holding = current.state in HOLDING
    current.state, current.closed_by, current.closed_at = state, by, at
    _cancel_mandate(current)
    current.save(
        update_fields=["state", "closed_by", "closed_at", "closed_why", "ends_on", "mandate"]
    )
    if contact := _contact(current):
        contacts.take_out_of_use(contact, at=at)
    if isinstance(current.terms, MonthEndReading):
        _restore_reading_day(current.account, old_day=current.terms.old_day, at=at)
    work.settle_reviews(arrangement=current, outcome=WorkItem.Outcome.ENDED, by=by, at=at)
    if was_holding:
        tell([current], AccountEvent.Kind.ARRANGEMENT_ENDED, by=by, at=at)
        if not ways.left_without(current, day=local_day(at)):
            work.add_gap(arrangement=current, at=at)


def _cancel_mandate(current: Arrangement) -> None:
    """What the bank said is over at the bank stays so; else we take the mandate back."""
    if current.mandate and current.mandate != Mandate.EXPIRED:
        current.mandate = Mandate.CANCELLED


def _contact(current: Arrangement) -> ContactPoint | None:
    return getattr(current.terms, "contact", None)


def _restore_reading_day(account: Account, *, old_day: int, at: datetime) -> None:
    """Back to the day before, unless the billing system has moved it meanwhile."""
    if account.reading_day == LAST_DAY:
        reading_days.move([account], to=old_day, at=at)
