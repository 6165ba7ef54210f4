"""One notice for each account whose meter is soon read on another day than so far."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from customers.models import ReadingDayChange
from notifications.models import Kind, KindPolicy, Notice

from .rounds import Facts, Plan, plan

FACTS = Facts(
    kind=Kind.READING_SCHEDULE, statement="facts_of_reading_days", column="reading_change_id"
)


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan the changed days that are near; the run is that of the day on which they are planned."""
    today = timezone.localdate(at)
    told = Notice.objects.filter(reading_change=OuterRef("pk"))
    if not ReadingDayChange.objects.filter(read_on__gte=today).exclude(Exists(told)).exists():
        return []
    policy = KindPolicy.objects.get(kind=FACTS.kind)
    made = plan(FACTS, policy=policy, subject=f"{today}", parameters={"today": today}, at=at)
    return [made] if made.notices else []
