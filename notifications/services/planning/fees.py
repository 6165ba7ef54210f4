"""One notice for each service fee."""

from datetime import datetime

from django.utils import timezone

from notifications.models import Kind

from .rounds import Facts, Plan, plan_lacking

FACTS = Facts(kind=Kind.SERVICE_FEE, statement="facts_of_fees", column="fee_id")


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan the fees that lack a notice; the run is that of the day on which they are planned."""
    today = timezone.localdate(at)
    return plan_lacking(FACTS, subject=f"{today}", parameters={"today": today}, at=at)
