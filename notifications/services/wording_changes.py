"""Words changed by staff: one writes, another agrees, and there is a way back at once."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from customers.models import User
from notifications.models import WordingChange
from notifications.services import wording_rules, wordings
from notifications.wording import mail
from notifications.wording.lint import WITHOUT_SUBJECT
from notifications.wording.shipped import Slot
from portal.lib.errors import SaysWhy
from portal.lib.history import signed

State = WordingChange.State


class WordingError(SaysWhy):
    """Refused: ``why`` says it to the person."""


class Wrong(WordingError):
    """The words break a rule; ``mend`` says what to do about each."""

    why = _("These words break a rule.")

    def __init__(self, mend: list[str]) -> None:
        super().__init__()
        self.mend = mend


class OneWaits(WordingError):
    """Another change of the same words waits."""

    why = _("Another change of these words waits for a decision.")


class SamePerson(WordingError):
    """Whoever wrote the words must not approve them."""

    why = _("You wrote these words; another person has to decide.")


class NotWaiting(WordingError):
    """It was decided on or taken back already."""

    why = _("Somebody has decided already.")


@signed
def write(
    *, slot: Slot, subject: str, text: str, why: str, starts_at: datetime, by: User, at: datetime
) -> WordingChange:
    """Propose words of ``slot`` from ``starts_at`` on; they wait for a second person.

    :raises Wrong: they break a rule
    :raises OneWaits: another change of the same words waits
    """
    subject, text = tidied(slot, subject=subject, text=text)
    _check(slot, subject=subject, text=text)
    try:
        with transaction.atomic():
            return WordingChange.objects.create(
                **slot._asdict(), subject=subject, text=text, why=why,
                starts_at=max(starts_at, at), made_by=by, made_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise OneWaits from error


def tidied(slot: Slot, *, subject: str, text: str) -> tuple[str, str]:
    """Words as they are kept: lines end alike, a mail has no foot of its own."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    own = mail.without_foot("\n".join(lines)) if slot.channel == "email" else "\n".join(lines)
    return "" if slot.channel in WITHOUT_SUBJECT else subject.strip(), own


@signed
@transaction.atomic
def approve(*, change: WordingChange, by: User, at: datetime) -> WordingChange:
    """Put the words in force, from the time they were written for, or from now if that is past.

    :raises SamePerson: the approver wrote them
    :raises NotWaiting: somebody has decided already
    :raises Wrong: they break a rule by now
    """
    found = _waiting(change, by)
    _check(found.slot, subject=found.subject, text=found.text)
    found.starts_at = max(found.starts_at, at)
    return _decide(found, State.APPROVED, by=by, at=at)


@signed
@transaction.atomic
def refuse(*, change: WordingChange, by: User, at: datetime) -> WordingChange:
    """Leave the words as they are.

    :raises SamePerson: whoever wrote them takes them back instead
    :raises NotWaiting: somebody has decided already
    """
    return _decide(_waiting(change, by), State.REFUSED, by=by, at=at)


@signed
@transaction.atomic
def take_back(*, change: WordingChange, by: User, at: datetime) -> WordingChange:
    """Withdraw a proposal, or go back to the words before; those were agreed on, so one is enough.

    :raises NotWaiting: it was refused or taken back already
    """
    found = WordingChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    if found.state not in {State.WAITING, State.APPROVED}:
        raise NotWaiting
    found.state, found.ended_by, found.ended_at = State.TAKEN_BACK, by, at
    found.save(update_fields=["state", "ended_by", "ended_at"])
    return found


def _waiting(change: WordingChange, by: User) -> WordingChange:
    found = WordingChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    if found.state != State.WAITING:
        raise NotWaiting
    if found.made_by_id == by.pk:
        raise SamePerson
    return found


def _decide(found: WordingChange, state: State, *, by: User, at: datetime) -> WordingChange:
    found.state, found.decided_by, found.decided_at = state, by, at
    found.save(update_fields=["state", "decided_by", "decided_at", "starts_at"])
    return found


def _check(slot: Slot, *, subject: str, text: str) -> None:
    sources = wordings.sources(slot, subject=subject, text=text)
    if mend := wording_rules.wrong(slot, sources):
        raise Wrong(mend)
