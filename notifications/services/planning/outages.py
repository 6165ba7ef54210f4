"""One notice for each account that an announcement of an outage is for."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from notifications.models import Announcement, Kind, KindPolicy
from notifications.services.outages import in_person
from notifications.services.outages.matching import recount
from portal.lib.periods import DAY

from .rounds import Facts, Plan, plan

FACTS = {
    kind: Facts(kind=kind, statement="facts_of_outages", column="announcement_id")
    for kind in (Kind.PLANNED_OUTAGE, Kind.UNPLANNED_OUTAGE)
}
# Accounts that were loaded since, or have moved within the files, are looked for again.
AGAIN = timedelta(hours=6)


def plan_planned(*, at: datetime) -> list[Plan]:
    """Plan what is lacking of planned outages, their changes and withdrawals."""
    plans = _plan(Kind.PLANNED_OUTAGE, at)
    if plans:
        in_person.list_calls(at=at)
    return plans


def list_calls(*, at: datetime) -> list[Plan]:
    """List the homes that a person tells, where a run was released, or a need recorded, since."""
    in_person.list_calls(at=at)
    return []


def plan_unplanned(*, at: datetime) -> list[Plan]:
    """Plan what is lacking of unplanned outages, and of their end."""
    return _plan(Kind.UNPLANNED_OUTAGE, at)


def _plan(kind: Kind, at: datetime) -> list[Plan]:
    policy = KindPolicy.objects.get(kind=kind)
    due = _due(kind, policy, at)
    plans = [
        plan(
            FACTS[kind],
            policy=policy,
            subject=news.subject,
            parameters={"announcement": news.pk},
            at=at,
        )
        for news in due
    ]
    if due:
        recount([news.outage for news in due], on=timezone.localdate(at))
        Announcement.objects.filter(pk__in=[news.pk for news in due]).update(planned_at=at)
    return [made for made in plans if made.notices]


def _due(kind: Kind, policy: KindPolicy, at: datetime) -> list[Announcement]:
    """The last word on each outage of this kind, where it helps still and was not planned lately.

    Where there is none it costs a look at a few rows of an index.
    """
    to_come = Q(ends_at__gt=at)
    ended = Q(
        what=Announcement.What.ENDED, made_at__gt=at - policy.useful_for, ends_at__gt=at - 7 * DAY
    )
    not_planned = Q(planned_at=None) | Q(planned_at__lte=at - AGAIN)
    return list(
        _last_words()
        .filter(to_come | ended, not_planned, outage__planned=kind == Kind.PLANNED_OUTAGE)
        .select_related("outage")
        .order_by("starts_at", "pk")
    )


def _last_words() -> QuerySet[Announcement]:
    newer = Announcement.objects.filter(
        outage=OuterRef("outage"), revision__gt=OuterRef("revision")
    )
    return Announcement.objects.exclude(Exists(newer))
