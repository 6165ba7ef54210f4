"""Runs that two people look at, and runs that are stopped."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import User
from notifications.models import Run
from portal.lib.errors import SaysWhy


class RunError(SaysWhy):
    """Refused: ``why`` says it to the person."""


class SamePerson(RunError):
    """Whoever checked the numbers must not release the run."""

    why = _("You checked these numbers yourself; another person has to release the run.")


class NotWaiting(RunError):
    """It waits for nobody, or not for this."""

    why = _("Somebody has decided already.")


class Outgrown(RunError):
    """More notices are in it now than the person has seen."""

    why = _("The run has grown meanwhile. Look at the new numbers.")


@transaction.atomic
def check(*, run: Run, size: int, by: User, at: datetime) -> Run:
    """Confirm that so many notices are right: the first of two people.

    :raises NotWaiting: it does not wait (any more), or somebody confirmed it
    :raises Outgrown: it has another size by now
    """
    found = _waiting(run, size)
    if found.checked_by_id is not None:
        raise NotWaiting
    found.checked_by, found.checked_at = by, at
    found.save(update_fields=["checked_by", "checked_at"])
    return found


@transaction.atomic
def release(*, run: Run, size: int, by: User, at: datetime) -> Run:
    """Let a checked run go, after the hold: the second of two people.

    :raises NotWaiting: it does not wait (any more), or nobody has checked it
    :raises SamePerson: this person checked it
    :raises Outgrown: it has another size by now
    """
    found = _waiting(run, size)
    if found.checked_by_id is None:
        raise NotWaiting
    if found.checked_by_id == by.pk:
        raise SamePerson
    found.released_by, found.released_at, found.released_for = by, at, size
    found.save(update_fields=["released_by", "released_at", "released_for"])
    return found


@transaction.atomic
def take_back(*, run: Run) -> Run:
    """Let a run wait again that was checked or released: possible until its hold is over.

    :raises NotWaiting: it goes already
    """
    found = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not found.is_waiting:
        raise NotWaiting
    found.checked_by = found.checked_at = found.released_by = found.released_at = None
    found.released_for = 0
    found.save()
    return found


def _waiting(run: Run, size: int) -> Run:
    """The run, held until the commit."""
    found = Run.objects.waiting().select_for_update(of=("self",)).filter(pk=run.pk).first()
    if found is None:
        raise NotWaiting
    if found.size != size:
        raise Outgrown
    return found


def stop(*, run: Run, by: User, at: datetime) -> bool:
    """Send nothing more of ``run``: from the commit on, every claim refuses it.

    What waits is cancelled by the next sweep; whether this person stopped it first.
    """
    rows = Run.objects.filter(pk=run.pk, stopped_at=None)
    return bool(rows.update(stopped_by=by, stopped_at=at))
