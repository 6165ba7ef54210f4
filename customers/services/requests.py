"""Requests about one's own data: received, confirmed, answered in the time that the law sets."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from customers.models import Account, DataRequest, User
from customers.services import profile
from portal.lib import working_days
from portal.lib.periods import local_day

Kind, State, Via = DataRequest.Kind, DataRequest.State, DataRequest.Via

CONFIRM_WITHIN = 2
"""Working days. Source: Decree 356/2025/NĐ-CP, as the days below."""
ANSWER_WITHIN = {
    Kind.ACCESS: timedelta(days=10),
    Kind.CORRECTION: timedelta(days=10),
    Kind.OBJECTION: timedelta(days=15),
    Kind.WITHDRAWAL: timedelta(days=15),
    Kind.ERASURE: timedelta(days=20),
}
MOST_OPEN = 5

RECORD, ANSWER = "customers.add_datarequest", "customers.change_datarequest"


class RequestError(Exception):
    """The step was not taken."""


class NotAllowed(RequestError):
    """It is about somebody else, or ``by`` may not answer."""


class TooMany(RequestError):
    """So many of this person's requests are open that another one would only be the same again."""


class NotOpen(RequestError):
    """It was answered or taken back meanwhile."""


class NoReason(RequestError):
    """A refusal has to say why."""


class Days(NamedTuple):
    """By when a request is to be confirmed, and by when answered."""

    confirm_by: date
    due_on: date


def days(*, kind: str, received_at: datetime) -> Days:
    """The days of a request that came at ``received_at``.

    An answer is due on the last working day within the time that the law sets: what ends on a
    Sunday is done by Friday.
    """
    received_on = local_day(received_at)
    limit = received_on + ANSWER_WITHIN[Kind(kind)]
    due_on = max(working_days.last_until(limit), received_on)
    confirm_by = working_days.after(received_on, CONFIRM_WITHIN)
    return Days(min(confirm_by, due_on), due_on)


@transaction.atomic
def ask(
    *, user: User, kind: str, said: str, at: datetime, account: Account | None = None
) -> DataRequest:
    """Write down what a person asks on the site; an erasure asked for twice is one request.

    :param account: one of which ``user`` holds the contract, if it is about one
    :raises NotAllowed: they do not hold it
    :raises TooMany: five of theirs are open
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if account is not None and profile.holders_link(account, user=user, at=at) is None:
        raise NotAllowed
    open_ones = DataRequest.objects.open().filter(user=user)
    if kind == Kind.ERASURE and (known := open_ones.filter(kind=kind).first()):
        return known
    if open_ones.count() >= MOST_OPEN:
        raise TooMany
    return _received(user=user, account=account, kind=kind, said=said, at=at)


@transaction.atomic
def record(
    *, account: Account, kind: str, said: str, via: str, by: User, at: datetime
) -> DataRequest:
    """Write down what a customer asked by phone, letter or at the counter.

    :raises NotAllowed: ``by`` may not record, or does not see the account
    """
    seen = Account.objects.visible_to(by).filter(pk=account.pk).exists()
    if not (by.is_staff and by.has_perm(RECORD) and seen) or via == Via.ONLINE:
        raise NotAllowed
    return _received(account=account, kind=kind, said=said, via=via, recorded_by=by, at=at)


def _received(*, kind: str, at: datetime, **fields: object) -> DataRequest:
    found = days(kind=kind, received_at=at)
    return DataRequest.objects.create(
        kind=kind, received_at=at, confirm_by=found.confirm_by, due_on=found.due_on, **fields
    )


@transaction.atomic
def confirm(*, request: DataRequest, by: User, at: datetime) -> DataRequest:
    """Tell that it came and is worked on; confirmed once, it stays so.

    :raises NotAllowed: ``by`` may not answer requests
    :raises NotOpen: it is answered
    """
    locked = _locked(request, by=by)
    if locked.state == State.RECEIVED:
        locked.state, locked.confirmed_at = State.CONFIRMED, at
        locked.save(update_fields=["state", "confirmed_at"])
    return locked


@transaction.atomic
def answer(*, request: DataRequest, done: bool, answer: str, by: User, at: datetime) -> DataRequest:
    """Close it as done or refused, with the words that the person reads.

    :raises NotAllowed: ``by`` may not answer requests, or it is their own
    :raises NotOpen: it is answered
    :raises NoReason: a refusal without words
    """
    locked = _locked(request, by=by)
    if not done and not answer:
        raise NoReason
    locked.state = State.DONE if done else State.REFUSED
    locked.answer, locked.answered_by, locked.answered_at = answer, by, at
    locked.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    return locked


@transaction.atomic
def take_back(*, request: DataRequest, by: User, at: datetime) -> DataRequest:
    """Let a person give up their own request.

    :raises NotAllowed: it is another's
    :raises NotOpen: it is answered
    """
    locked = DataRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.user_id != by.pk:
        raise NotAllowed
    if locked.state not in DataRequest.OPEN:
        raise NotOpen
    locked.state, locked.answered_by, locked.answered_at = State.TAKEN_BACK, by, at
    locked.save(update_fields=["state", "answered_by", "answered_at"])
    return locked


def _locked(request: DataRequest, *, by: User) -> DataRequest:
    visible = DataRequest.objects.visible_to(by).filter(pk=request.pk)
    if not (by.is_staff and by.has_perm(ANSWER)) or not visible.exists():
        raise NotAllowed
    locked = DataRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.user_id == by.pk:
        raise NotAllowed
    if locked.state not in DataRequest.OPEN:
        raise NotOpen
    return locked
