"""Stops of supply: asked for in sets, called off one by one with a reason."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import Bill, SupplyStop
from customers.models import User
from portal.lib.errors import SaysWhy
from portal.lib.history import signed
from portal.lib.text import clean

# Whoever types a year wrong does not plan for it.
FURTHEST_AHEAD = timedelta(days=90)


class StopError(SaysWhy):
    """Refused: ``why`` says it to the person."""


class NotAhead(StopError):
    """The time is over, or further off than anybody plans."""

    why = _("Choose a time within the next 90 days.")


class MissingReason(StopError):
    why = _("Give the reason.")


class NotPlanned(StopError):
    """It is called off already."""

    why = _("This stop is called off already.")


@transaction.atomic
@signed
def plan(*, bills: Collection[int], cut_at: datetime, by: User, at: datetime) -> list[SupplyStop]:
    """Plan to cut the supply for each of these bills that ``by`` may see and that is overdue.

    Bills that are paid, not due yet, or planned for already are left out; a rerun adds nothing.

    :raises NotAhead: ``cut_at`` does not lie within the next 90 days
    """
    if not at < cut_at <= at + FURTHEST_AHEAD:
        raise NotAhead
    chosen = candidates(user=by, at=at).filter(pk__in=bills).order_by("pk")
    locked = chosen.select_for_update(of=("self",), no_key=True)
    stops = [SupplyStop(bill=bill, cut_at=cut_at, asked_by=by, asked_at=at) for bill in locked]
    return SupplyStop.objects.bulk_create(stops)


def candidates(*, user: User, at: datetime) -> Any:
    """Overdue bills that ``user`` may see and no stop is planned for."""
    planned = SupplyStop.objects.planned().values("bill")
    overdue = Bill.objects.visible_to(user).unpaid().filter(due_on__lt=timezone.localdate(at))
    return overdue.exclude(pk__in=planned)


@transaction.atomic
@signed
def call_off(*, stop: SupplyStop, why: str, by: User, at: datetime) -> SupplyStop:
    """Let nobody cut, and send nothing more of it.

    :raises MissingReason: ``why`` is empty
    :raises NotPlanned: it is called off already
    """
    found = locked(stop)
    found.called_off_why = reason(why)
    found.state, found.called_off_by, found.called_off_at = SupplyStop.State.CALLED_OFF, by, at
    found.save(update_fields=["state", "called_off_by", "called_off_at", "called_off_why"])
    return found


def locked(stop: SupplyStop) -> SupplyStop:
    """The planned stop as it is now; nobody else changes it until we are done.

    :raises NotPlanned: it is called off already
    """
    rows = SupplyStop.objects.planned().select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=stop.pk).first()
    if found is None:
        raise NotPlanned
    return found


def reason(text: str) -> str:
    """A reason as it is kept.

    :raises MissingReason: it is empty
    """
    if not (said := clean(text)[:200]):
        raise MissingReason
    return said
