"""What the desk records: an interruption that nobody planned, news of it, its end; a withdrawal."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit, User
from notifications.models import Announcement, Outage
from notifications.models.outages import UNPLANNED_REASONS
from portal.lib.errors import SaysWhy
from portal.lib.periods import local_day
from portal.lib.text import link_or_phone

from .announcing import What, announce
from .matching import counted, recount

LINK_OR_PHONE = _(
    "This reads as a link or a phone number: leave it out, or put a space after each full stop."
)


class OutageError(SaysWhy):
    """Something about an outage that cannot be recorded."""

    why: Any = _("This cannot be recorded.")


class AlreadyOver(OutageError):
    """It has ended, or was withdrawn."""

    why = _("This outage is over already.")


class NotInOrder(OutageError):
    """It would end before it begins, or the end is not known yet."""

    why = _("The outage would end before it begins, or in the future.")


class OwnReason(OutageError):
    """Free text goes to nobody at once."""

    why = _("Choose one of the reasons of the list.")


class OwnArea(OutageError):
    """It names more than places."""

    why = LINK_OR_PHONE


class OwnPlace(OutageError):
    """Words where no account stands are read by all who stand in the other places."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An interruption as somebody reports it."""

    unit: OperatingUnit
    area: str
    starts_at: datetime
    ends_at: datetime
    reason: str


@transaction.atomic
def report(*, found: Report, by: User, at: datetime) -> Outage:
    """Record an interruption that nobody planned; its accounts are told within a minute.

    :raises NotInOrder: it would end before it begins
    :raises OwnReason: the reason is none of the fixed ones
    :raises OwnArea: a link or a phone number stands in it
    :raises OwnPlace: no account stands in one of its places
    """
    if found.ends_at <= found.starts_at:
        raise NotInOrder
    if found.reason not in UNPLANNED_REASONS:
        raise OwnReason
    if link_or_phone(found.area):
        raise OwnArea
    written = {0: (found.unit.pk, found.area)}
    if nowhere := counted(written, on=local_day(at))[0].nowhere:
        raise OwnPlace(nowhere)
    outage = Outage.objects.create(
        code=_code(found.unit, at),
        unit=found.unit,
        area=found.area,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        reason=found.reason,
        planned=False,
        learned_at=at,
    )
    recount([outage], on=local_day(at))
    announce([outage], at=at, by=by)
    return outage


def _code(unit: OperatingUnit, at: datetime) -> str:
    """The next free number of the company and the day: SC-PE04-261128-2.

    A file of planned outages may hold such a number too, so that counting is not enough.
    """
    stem = f"SC-{unit.code}-{local_day(at):%y%m%d}-"
    OperatingUnit.objects.select_for_update().get(pk=unit.pk)
    taken = set(Outage.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in count(len(taken) + 1) if (code := f"{stem}{n}") not in taken)


@transaction.atomic
def postpone(*, outage: Outage, ends_at: datetime, by: User, at: datetime) -> Outage:
    """Record another time at which supply is expected back.

    :raises AlreadyOver: it is over
    :raises NotInOrder: the time lies before its beginning
    """
    outage = _open(outage)
    if ends_at <= outage.starts_at:
        raise NotInOrder
    outage.ends_at = ends_at
    outage.save(update_fields=["ends_at"])
    announce([outage], at=at, by=by)
    return outage


@transaction.atomic
def end(*, outage: Outage, ended_at: datetime, by: User, at: datetime) -> Announcement:
    """Record that supply is back; who was told of the outage is told so.

    :raises AlreadyOver: that was recorded before
    :raises NotInOrder: the time lies before its beginning, or in the future
    """
    outage = _open(outage)
    if not outage.starts_at < ended_at <= at:
        raise NotInOrder
    outage.ends_at = outage.over_at = ended_at
    outage.save(update_fields=["ends_at", "over_at"])
    return announce([outage], what=What.ENDED, at=at, by=by)[0]


@transaction.atomic
def withdraw(*, outage: Outage, by: User, at: datetime) -> Announcement:
    """Take an announced outage back; who was told of it is told so.

    :raises AlreadyOver: it is over, or was withdrawn before
    """
    outage = _open(outage)
    if outage.ends_at <= at:
        raise AlreadyOver
    outage.over_at = at
    outage.save(update_fields=["over_at"])
    return announce([outage], what=What.WITHDRAWN, at=at, by=by)[0]


def _open(outage: Outage) -> Outage:
    locked = Outage.objects.select_for_update().get(pk=outage.pk)
    if locked.over_at:
        raise AlreadyOver
    return locked
