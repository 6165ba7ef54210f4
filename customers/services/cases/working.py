"""What staff do with a case. Each step locks the row, looks at rights and state, and is signed."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import AnswerTemplate, Case, CaseLine, OperatingUnit, User
from customers.services.cases.errors import (
    Closed,
    NoAnswer,
    NoOutcome,
    NotAllowed,
    NotElsewhere,
    NotYours,
    NumberInText,
    SaysNothing,
    Taken,
    TooLate,
)
from customers.services.cases.opening import due_at, words
from portal.lib import secret_numbers
from portal.lib.history import signed
from portal.lib.text import clean

CHANGE, RECALL = "customers.change_case", "customers.recall_case"
State = Case.State
MOST_SAID, MOST_NOTE = 2000, 500


def works_on(case: Case, *, by: User) -> bool:
    """Whether it is in the queue of ``by``, who may work on cases, and is not their own."""
    has_right = by.is_staff and by.has_perm(CHANGE)
    return has_right and case.unit_id == by.unit_id and case.asked_by_id != by.pk


def may_recall(case: Case, *, by: User) -> bool:
    """Whether ``by`` may fetch it from a company into the city's queue."""
    is_elsewhere = case.is_open and case.unit_id is not None and by.unit_id is None
    return is_elsewhere and by.is_staff and by.has_perm(RECALL)


@signed
@transaction.atomic
def take(*, case: Case, by: User, at: datetime) -> Case:
    """Take it; taken again by the same person it stays theirs, for ``CLAIM_HOLDS`` from now.

    What waited for the customer goes on: the time it waited is added to the time to answer.

    :raises NotAllowed: it is in another queue, or ``by`` may not work on cases
    :raises Closed: it is closed
    :raises Taken: a colleague has it
    """
    current = _open(case, by=by)
    if current.has_holder(at=at) and current.owner_id != by.pk:
        raise Taken
    stop_waiting(current, at=at)
    current.state, current.owner, current.taken_at = State.TAKEN, by, at
    current.save()
    return current


@signed
@transaction.atomic
def give_back(*, case: Case, by: User, at: datetime) -> Case:
    """Let others take it.

    :raises NotAllowed: see :func:`take`
    :raises Closed: it is closed
    :raises NotYours: ``by`` does not have it
    """
    current = _own(case, by=by, at=at)
    stop_waiting(current, at=at)
    _free(current)
    current.save()
    return current


@signed
@transaction.atomic
def hand_over(*, case: Case, to: OperatingUnit | None, note: str, by: User, at: datetime) -> Case:
    """Put it into the queue of the company in charge, or (``to`` is None) into the city's.

    :raises NotYours: ``by`` does not have it
    :raises NotElsewhere: it is there already, or another company is in charge of the account
    :raises NumberInText: the note holds a bank, card or identity number
    """
    current = _own(case, by=by, at=at)
    unit = to.pk if to else None
    in_charge = current.account.unit_id if current.account else None
    if unit == current.unit_id or unit not in (None, in_charge):
        raise NotElsewhere
    return _move(current, to=to, note=note, by=by, at=at)


@signed
@transaction.atomic
def recall(*, case: Case, note: str, by: User, at: datetime) -> Case:
    """Fetch a case from a company that leaves it lying into the city's queue.

    :raises NotAllowed: ``by`` may not, or it is in no company's queue
    :raises NumberInText: the note holds a bank, card or identity number
    """
    current = locked(case, by=by)
    if not may_recall(current, by=by):
        raise NotAllowed
    return _move(current, to=None, note=note, by=by, at=at)


@signed
@transaction.atomic
def ask_customer(
    *, case: Case, text: str, by: User, at: datetime, template: AnswerTemplate | None = None
) -> CaseLine:
    """Ask something back; the time to answer stands still until the customer writes.

    :raises NotYours: ``by`` does not have it
    :raises NoAnswer: there are no words
    :raises NumberInText: they hold a bank, card or identity number
    """
    current = _own(case, by=by, at=at)
    line = say(current, CaseLine.Kind.QUESTION, text, by=by, at=at, template=template)
    if current.state != State.WAITING:
        current.state, current.waiting_since = State.WAITING, at
    current.save()
    return line


@signed
@transaction.atomic
def close(
    *,
    case: Case,
    outcome: str,
    text: str,
    by: User,
    at: datetime,
    template: AnswerTemplate | None = None,
) -> CaseLine:
    """Answer the customer, record what came of it, and close it.

    :raises NotYours: ``by`` does not have it
    :raises NoOutcome: ``outcome`` is none that staff may record
    :raises NoAnswer: there are no words
    :raises NumberInText: they hold a bank, card or identity number
    """
    current = _own(case, by=by, at=at)
    if outcome not in Case.BY_STAFF:
        raise NoOutcome
    line = say(current, CaseLine.Kind.ANSWER, text, by=by, at=at, template=template)
    end(current, outcome=outcome, by=by, at=at)
    return line


@signed
@transaction.atomic
def reopen(*, case: Case, by: User, at: datetime) -> Case:
    """Go on with a case that was closed; it is due anew.

    :raises NotAllowed: see :func:`take`
    :raises TooLate: it is not closed, or was closed more than a week ago
    """
    current = locked(case, by=by)
    if not works_on(current, by=by):
        raise NotAllowed
    open_again(current, at=at)
    return current


def locked(case: Case, *, by: User) -> Case:
    """The row as it is now, held until the commit.

    :raises NotAllowed: ``by`` does not see it (any more)
    """
    seen = Case.objects.visible_to(by).filter(pk=case.pk)
    rows = Case.objects.filter(pk__in=seen.values("pk")).select_related("account__unit")
    current = rows.select_for_update(of=("self",), no_key=True).first()
    if current is None:
        raise NotAllowed
    return current


def say(
    current: Case,
    kind: str,
    text: str,
    *,
    by: User,
    at: datetime,
    template: AnswerTemplate | None = None,
) -> CaseLine:
    """Keep what was said, as it is read."""
    try:
        said = words(text, most=MOST_SAID)
    except SaysNothing as error:
        raise NoAnswer from error
    return CaseLine.objects.create(
        case=current, kind=kind, text=said, template=template, by=by, at=at
    )


def end(current: Case, *, outcome: str, by: User, at: datetime) -> None:
    """Close it."""
    stop_waiting(current, at=at)
    current.state, current.owner, current.taken_at = State.CLOSED, None, None
    current.outcome, current.closed_by, current.closed_at = outcome, by, at
    current.save()


def open_again(current: Case, *, at: datetime) -> None:
    """Undo the closing, for whoever takes it.

    :raises TooLate: it is not closed, or was closed more than a week ago
    """
    if not current.may_reopen(at=at):
        raise TooLate
    current.outcome, current.closed_by, current.closed_at = "", None, None
    current.reopened_at, current.due_at = at, due_at(kind=current.kind, at=at)
    _free(current)
    current.save()


def stop_waiting(current: Case, *, at: datetime) -> None:
    """Let the time to answer run on; so long as it stood still, it ends later."""
    if current.waiting_since is not None:
        current.due_at += max(at - current.waiting_since, timedelta())
        current.waiting_since = None


def back_to_queue(current: Case, *, at: datetime) -> None:
    """The customer wrote: whoever takes it goes on."""
    stop_waiting(current, at=at)
    _free(current)
    current.save()


def _free(current: Case) -> None:
    current.state, current.owner, current.taken_at = State.NEW, None, None


def _move(current: Case, *, to: OperatingUnit | None, note: str, by: User, at: datetime) -> Case:
    if secret_numbers.stand_in(note := clean(note)):
        raise NumberInText
    kept = {"kind": CaseLine.Kind.HANDED, "note": note[:MOST_NOTE]}
    CaseLine.objects.create(case=current, by=by, at=at, **kept)
    stop_waiting(current, at=at)
    _free(current)
    current.unit = to
    current.save()
    return current


def _open(case: Case, *, by: User) -> Case:
    current = locked(case, by=by)
    if not works_on(current, by=by):
        raise NotAllowed
    if not current.is_open:
        raise Closed
    return current


def _own(case: Case, *, by: User, at: datetime) -> Case:
    current = _open(case, by=by)
    if not current.has_holder(at=at) or current.owner_id != by.pk:
        raise NotYours
    return current
