"""One notice for each account whose meter is soon read on another day than so far."""

from datetime import datetime

from django.utils import timezone

from notifications.models import Kind

from .rounds import Facts, Plan, plan_lacking

FACTS = Facts(
    kind=Kind.READING_SCHEDULE, statement="facts_of_reading_days", column="reading_change_id"
)


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan the changed days that are near; the run is that of the day on which they are planned."""
    today = timezone.localdate(at)
    return plan_lacking(FACTS, subject=f"{today}", parameters={"today": today}, at=at)
