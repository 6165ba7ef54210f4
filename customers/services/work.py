"""The work list: a row is taken by one person, who records what came of it; then it is gone."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Arrangement, User, WorkItem
from portal.lib import secret_numbers, sql
from portal.lib.errors import SaysWhy
from portal.lib.periods import local_day
from portal.lib.text import clean

MOST_DAYS_OFF = 14
BATCH = 5_000
MOST_CONTRACTS = 5
"""On so many contracts one number may stand before somebody asks whose it is."""


class WorkError(SaysWhy):
    """Refused: ``why`` says it to whoever works through the list."""


class Done(WorkError):
    why = _("Somebody has settled this already.")


class Taken(WorkError):
    why = _("A colleague has taken this row.")


class NotYours(WorkError):
    why = _("Take the row first.")


class NoOutcome(WorkError):
    why = _("Choose what came of it.")


class NumberInNote(WorkError):
    why = _("Leave bank, card and identity numbers out of free text.")


class WrongDay(WorkError):
    why = _("Choose a day within the next two weeks.")


def add(*, items: Sequence[WorkItem]) -> None:
    """Write these rows; what stands there for the same subject already is left as it is."""
    WorkItem.objects.bulk_create(items, ignore_conflicts=True, batch_size=BATCH)


def add_gap(*, arrangement: Arrangement, at: datetime) -> None:
    """That nobody can be told of an account any more, since ``arrangement`` is over."""
    gap = WorkItem(
        account=arrangement.account,
        kind=WorkItem.Kind.GAP,
        arrangement_id=arrangement.pk,
        subject=f"gap-{arrangement.pk}",
        made_at=at,
        due_on=local_day(at),
    )
    add(items=[gap])


def list_contacts(*, at: datetime) -> None:
    """List contacts that were not confirmed in time, and numbers that too many contracts share.

    Safe to rerun, and beside another round.
    """
    known = {"at": at, "day": local_day(at)}
    sql.run("customers", "list_silent_contacts", known)
    sql.run("customers", "list_shared_numbers", {**known, "most": MOST_CONTRACTS})


@transaction.atomic
def claim(*, item: WorkItem, by: User, at: datetime) -> WorkItem:
    """Take a row; taken again by the same person it stays theirs.

    :raises Done: it is settled
    :raises Taken: a colleague has it, since less than ``CLAIM_HOLDS``
    """
    current = _open(item)
    if current.holder(at=at) not in (None, by):
        raise Taken
    current.claimed_by, current.claimed_at = by, at
    current.save(update_fields=["claimed_by", "claimed_at"])
    return current


@transaction.atomic
def give_back(*, item: WorkItem, by: User, at: datetime) -> WorkItem:
    """Let others take it.

    :raises Done: it is settled
    :raises NotYours: this person does not have it
    """
    current = _own(item, by=by, at=at)
    current.claimed_by = current.claimed_at = None
    current.save(update_fields=["claimed_by", "claimed_at"])
    return current


@transaction.atomic
def put_off(*, item: WorkItem, until: date, by: User, at: datetime) -> WorkItem:
    """Nobody was reached: it comes again on another day, for whoever takes it.

    :raises Done: it is settled
    :raises NotYours: this person does not have it
    :raises WrongDay: the day is not within two weeks from tomorrow on
    """
    current = _own(item, by=by, at=at)
    today = local_day(at)
    if not today < until <= today + timedelta(days=MOST_DAYS_OFF):
        raise WrongDay
    current.due_on, current.tries = until, current.tries + 1
    current.claimed_by = current.claimed_at = None
    current.save(update_fields=["due_on", "tries", "claimed_by", "claimed_at"])
    return current


@transaction.atomic
def settle(*, item: WorkItem, outcome: str, note: str, by: User, at: datetime) -> WorkItem:
    """Record what came of it; then it is gone from the list.

    :raises Done: it is settled
    :raises NotYours: this person does not have it
    :raises NoOutcome: ``outcome`` is none that a person may record of this kind
    :raises NumberInNote: ``note`` holds a bank, card or identity number
    """
    current = _own(item, by=by, at=at)
    if outcome not in WorkItem.BY_HAND[WorkItem.Kind(current.kind)]:
        raise NoOutcome
    if secret_numbers.stand_in(note := clean(note)):
        raise NumberInNote
    current.outcome, current.note = outcome, note
    current.done_by, current.done_at = by, at
    current.save(update_fields=["outcome", "note", "done_by", "done_at"])
    return current


def settle_itself(items: Iterable[int], *, outcome: str, at: datetime) -> int:
    """Close rows that need nobody any more; how many."""
    done = WorkItem.objects.open().filter(pk__in=items)
    return done.update(outcome=outcome, done_at=at)


def settle_for(*, kind: str, subject: str, outcome: str, by: User, at: datetime) -> None:
    """Close what waited for whatever ``subject`` begins with: this person has done it elsewhere."""
    about = WorkItem.objects.open().filter(kind=kind, subject__startswith=subject)
    about.update(outcome=outcome, done_by=by, done_at=at)


def settle_reviews(
    *, arrangement: Arrangement, outcome: str, by: User | None, at: datetime
) -> None:
    """Close what waited for ``arrangement``: confirmed again, its review; ended, all but a gap."""
    about = WorkItem.objects.open().filter(arrangement=arrangement.pk)
    if outcome == WorkItem.Outcome.RENEWED:
        about = about.filter(kind=WorkItem.Kind.REVIEW)
    about.exclude(kind=WorkItem.Kind.GAP).update(outcome=outcome, done_by=by, done_at=at)


def is_listed(account: Account) -> bool:
    """Whether something about ``account`` waits for a person."""
    return WorkItem.objects.open().filter(account=account).exists()


def settle_told(*, account: Account, by: User, at: datetime) -> int:
    """Close what waited for ``account`` to be told: somebody told it; how many rows."""
    waiting = WorkItem.objects.open().filter(account=account, kind=WorkItem.Kind.UNTOLD)
    return waiting.update(outcome=WorkItem.Outcome.TOLD, done_by=by, done_at=at)


def press(*, arrangement: Arrangement, day: date) -> None:
    """Bring back the review that somebody had put off: it is more urgent now."""
    waiting = WorkItem.objects.open().filter(
        arrangement=arrangement.pk, kind=WorkItem.Kind.REVIEW, due_on__gt=day
    )
    waiting.update(due_on=day)


def _open(item: WorkItem) -> WorkItem:
    """The row as it is now, held until the commit.

    Alone: what is joined to a locked row is what stood there before the wait for it.
    """
    rows = WorkItem.objects.open().select_for_update(of=("self",), no_key=True)
    current = rows.filter(pk=item.pk).first()
    if current is None:
        raise Done
    return current


def _own(item: WorkItem, *, by: User, at: datetime) -> WorkItem:
    current = _open(item)
    if current.holder(at=at) != by:
        raise NotYours
    return current
