"""Taking customers' data away as a file: few rows alone, many with a second person."""

from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from customers.models import Download, User
from portal.lib.errors import SaysWhy

log = structlog.get_logger(__name__)


class DownloadError(SaysWhy):
    """Refused: ``why`` says it to the person."""


class NeedsApproval(DownloadError):
    """More rows than one person may take alone within a day."""

    why = _("Another person has to approve so many rows.")


class SamePerson(DownloadError):
    """Whoever asked for a file must not approve it."""

    why = _("You asked for it yourself; another person has to approve.")


class NotWaiting(DownloadError):
    """It was approved or taken already."""

    why = _("Somebody has decided already.")


@transaction.atomic
def take(*, what: str, key: str, rows: int, by: User, at: datetime) -> Download:
    """Record that ``by`` takes the file ``key`` of so many rows.

    :raises NeedsApproval: it is too much for one person, and nobody has approved it
    """
    # The sum is one person's: they wait for themselves, nobody else does.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if rows > left_alone(user=by, at=at):
        return _take_approved(key=key, rows=rows, by=by, at=at)
    taken = Download.objects.create(
        what=what, key=key, rows=rows, asked_by=by, asked_at=at, taken_at=at
    )
    return _told(taken)


def left_alone(*, user: User, at: datetime) -> int:
    """How many rows this person may still take alone; never below zero."""
    alone = Download.objects.filter(asked_by=user).alone_since(at - Download.COUNTED)
    taken = alone.aggregate(rows=Sum("rows"))["rows"] or 0
    return int(max(settings.DESK_MOST_EXPORTED - taken, 0))


def _take_approved(*, key: str, rows: int, by: User, at: datetime) -> Download:
    """Use up the approval; it covers no more rows than were approved."""
    approved = Download.objects.filter(asked_by=by, key=key, rows__gte=rows)
    found = approved.approved_after(at - Download.COUNTED).oldest_first().first()
    if found is None:
        raise NeedsApproval
    found.taken_at, found.rows = at, rows
    found.save(update_fields=["taken_at", "rows"])
    return _told(found)


def _told(taken: Download) -> Download:
    """Tell whoever watches the log that data left the house: which download, whose, how much."""
    log.warning(
        "customers_data_downloaded",
        download=taken.pk,
        user=taken.asked_by_id,
        approved_by=taken.approved_by_id,
        rows=taken.rows,
    )
    return taken


def ask(*, what: str, key: str, rows: int, by: User, at: datetime) -> Download:
    """Ask a second person for a large file; asked again, it is the same request."""
    values = {"what": what, "rows": rows, "asked_at": at}
    return Download.objects.waiting().update_or_create(asked_by=by, key=key, defaults=values)[0]


@transaction.atomic
def approve(*, download: Download, by: User, at: datetime) -> Download:
    """Let the one who asked take the file, once, within a day.

    :raises SamePerson: the approver asked for it
    :raises NotWaiting: it was approved or taken already, or another company's asked for it
    """
    waiting = Download.objects.visible_to(by).waiting()
    waiting = waiting.select_for_update(no_key=True, of=("self",))
    found = waiting.filter(pk=download.pk).first()
    if found is None:
        raise NotWaiting
    if found.asked_by_id == by.pk:
        raise SamePerson
    found.approved_by, found.approved_at = by, at
    found.save(update_fields=["approved_by", "approved_at"])
    return found
