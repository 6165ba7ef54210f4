"""Who can be reached, by one definition, and the facts of each day about it.

A channel is proven for an account while the planner would use it for a bill, and it confirmed a
notice in the last 92 days: three bills. The definition is ``sql/proven_channels.sql``.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from customers.models import Account
from notifications.models import Kind, KindPolicy, ReachDay
from notifications.services import ages
from notifications.services.planning.rounds import APP, decided, deciding
from portal.lib import sql
from portal.lib.periods import DAY, start_of

PROVEN_FOR = timedelta(days=92)
IN_TIME = timedelta(days=3)
"""A notice that was confirmed so long after it was planned arrived in time; then it is counted."""


def proven(account: Account, *, at: datetime) -> dict[str, bool]:
    """The channels that stand for bills of ``account``, each with whether it is proven."""
    asked = {"account": account.pk, **_asked(at)}
    return dict(sql.run(APP, "proven_of_account", asked, _parts()))


def count_day(*, at: datetime) -> int:
    """Count the day that is over, unless it was counted; how many rows were written.

    What was not counted in time stays a gap: nobody knows afterwards who could be reached then.
    Notices of a gap are counted with the next day, each once.
    """
    day = timezone.localdate(at) - DAY
    if ReachDay.objects.filter(day=day).exists():
        return 0
    until = start_of(day + DAY) - IN_TIME
    last = ReachDay.objects.filter(day__lt=day).order_by("-day").first()
    asked = {
        "counted_day": day,
        "notices_from": min(last.notices_until, until) if last else until - DAY,
        "notices_until": until,
        **_asked(at),
        **ages.known(on=day),
    }
    return len(sql.run(APP, "count_reach", asked, {**_parts(), **ages.parts()}))


def _asked(at: datetime) -> dict[str, object]:
    policy = KindPolicy.objects.get(kind=Kind.BILL_ISSUED)
    return {**deciding(policy, at), "proven_since": at - PROVEN_FOR}


def _parts() -> dict[str, str]:
    """What stands in a statement for ``{proven}``, and the parts that it has itself."""
    return {"proven": sql.statement(APP, "proven_channels"), **decided()}
