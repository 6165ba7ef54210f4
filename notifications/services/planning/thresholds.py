"""One notice for each threshold of use that was passed, to the person who set it."""

from datetime import datetime

from django.utils import timezone

from notifications.models import Kind, KindPolicy
from notifications.services import thresholds

from .rounds import Facts, Plan, plan_lacking

FACTS = Facts(kind=Kind.USE_THRESHOLD, statement="facts_of_thresholds", column="passing_id")


def plan_due(*, at: datetime) -> list[Plan]:
    """Look at what was measured, and plan what was passed; the run is that of the day."""
    thresholds.note_passed(at=at)
    policy, day = KindPolicy.objects.get(kind=FACTS.kind), timezone.localdate(at)
    known = {"since": at - policy.useful_for, "day": day, "needed": list(thresholds.NEEDED)}
    return plan_lacking(FACTS, subject=f"{day}", parameters=known, at=at)
