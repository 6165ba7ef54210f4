"""Telling by phone whom no channel reached: listed as work, read aloud, recorded as proof."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Arrangement, User
from customers.services import work
from notifications.models import BY_PHONE, Kind, Notice, Telling
from notifications.services import routing
from portal.lib import sql
from portal.lib.errors import SaysWhy
from portal.lib.history import signed
from portal.lib.periods import local_day


class TellingError(SaysWhy):
    """Refused: ``why`` says it to the agent."""


class NothingRead(TellingError):
    """None of these waits to be told any more, or none was ticked."""

    why = _("Tick each notice that you read aloud. What was told meanwhile is not here any more.")


class NoRelative(TellingError):
    """A relative hears what the arrangement lets them hear, and there is none."""

    why = _("No relative is told too by an arrangement in force. Tell the holder.")


class HolderAlone(TellingError):
    """Somebody who only lives there hears nothing of money or of who sees the contract."""

    why = _(
        "These tell of money or of the contract: only the holder hears them, or a relative by an "
        "arrangement. Leave them unticked."
    )


TO_HOUSEHOLD = frozenset(
    {Kind.PLANNED_OUTAGE, Kind.UNPLANNED_OUTAGE, Kind.READING_SCHEDULE, Kind.ANNOUNCEMENT}
)
"""What everybody who lives there may hear."""


def list_work(*, at: datetime) -> int:
    """Put whom nobody told on the work list, and take off whom something reached; how many came.

    Safe to rerun, and beside another round.
    """
    known = {"at": at, "day": local_day(at)}
    return len(sql.run("notifications", "list_untold", known))


def to_tell(account: Account, *, at: datetime) -> QuerySet[Notice]:
    """What nothing told this account while telling helps, the newest first."""
    return Notice.objects.filter(account=account).to_call(at=at).newest_first()


@transaction.atomic
@signed
def record(
    *,
    account: Account,
    notices: Collection[int],
    told: str,
    reference: str,
    by: User,
    at: datetime,
) -> list[Telling]:
    """That ``by`` read these notices aloud: each has reached the customer, as by a receipt.

    :raises NothingRead: none of them waits to be told
    :raises NoRelative: a relative was told, and no arrangement lets them hear it
    :raises HolderAlone: somebody of the household was told what is not for them
    """
    if told == Telling.Told.RELATIVE and not has_relative(account, at=at):
        raise NoRelative
    waiting = to_tell(account, at=at).filter(pk__in=notices)
    # In the order in which everything locks notices.
    rows = list(waiting.order_by("pk").select_for_update(of=("self",)))
    if not rows:
        raise NothingRead
    if told == Telling.Told.HOUSEHOLD and any(row.kind not in TO_HOUSEHOLD for row in rows):
        raise HolderAlone
    made = [Telling(notice=notice, told=told, reference=reference, by=by, at=at) for notice in rows]
    Telling.objects.bulk_create(made)
    for notice in rows:
        routing.climb(notice=notice.pk, to=Notice.Reach.DELIVERED, by=BY_PHONE)
    if not to_tell(account, at=at).exists():
        work.settle_told(account=account, by=by, at=at)
    return made


def has_relative(account: Account, *, at: datetime) -> bool:
    """Whether a relative is told too by an arrangement in force."""
    in_force = Arrangement.objects.telling_on(local_day(at))
    return in_force.filter(account=account, kind=Arrangement.Kind.RELATIVE_CONTACT).exists()
