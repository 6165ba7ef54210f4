"""How far a notice got, and what comes next: the same few steps whoever brings the news."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from notifications.models import Dispatch, Notice, Reason
from notifications.services import quiet
from portal.lib import sql

Reach = Notice.Reach

# What a confirmation may lift: the ladder is only climbed.
_BELOW = {
    Reach.DELIVERED: (Reach.TRYING, Reach.UNREACHABLE, Reach.ENDED),
    Reach.SEEN: (Reach.TRYING, Reach.UNREACHABLE, Reach.ENDED, Reach.DELIVERED),
}


def advance(*, notices: Collection[int], at: datetime) -> None:
    """Queue the next channel of ``notices`` that need one; close those that have none left."""
    if not notices:
        return
    with transaction.atomic():
        ids = _locked(notices)
        hours = quiet.company_hours(on=timezone.localdate(at))
        sql.run("notifications", "queue_next_steps", {"notices": ids, "at": at, **hours})
        sql.run("notifications", "close_exhausted_notices", {"notices": ids, "at": at})


@transaction.atomic
def climb(*, notice: int, to: str, by: str) -> None:
    """Lift ``notice`` to "delivered" or "seen", confirmed on channel ``by``; never down.

    Channels that wait for their turn are not needed any more.
    """
    _locked([notice])
    Notice.objects.filter(pk=notice, reach__in=_BELOW[Reach(to)]).update(
        reach=to, reached_by=by, reason=""
    )
    Dispatch.objects.filter(notice=notice, status=Dispatch.Status.HELD).update(
        status=Dispatch.Status.CANCELLED, reason=Reason.REACHED
    )


def _locked(notices: Collection[int]) -> list[int]:
    """The notices, held until the commit; always in the same order, so that nobody waits twice."""
    rows = Notice.objects.filter(pk__in=set(notices)).order_by("pk").select_for_update()
    return list(rows.values_list("pk", flat=True))
