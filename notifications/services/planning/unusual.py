"""One notice for each find of unusual use."""

from datetime import datetime

from django.utils import timezone

from notifications.models import Kind, KindPolicy

from .rounds import Facts, Plan, plan_lacking

FACTS = Facts(kind=Kind.UNUSUAL_USE, statement="facts_of_unusual_use", column="unusual_id")


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan what was found lately; the run is that of the day."""
    policy, day = KindPolicy.objects.get(kind=FACTS.kind), timezone.localdate(at)
    known = {"since": at - policy.useful_for, "day": day}
    return plan_lacking(FACTS, subject=f"{day}", parameters=known, at=at)
