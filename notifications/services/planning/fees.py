"""One notice for each service fee."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from billing.models import ServiceFee
from notifications.models import Kind, KindPolicy, Notice

from .rounds import Facts, Plan, plan

FACTS = Facts(kind=Kind.SERVICE_FEE, statement="facts_of_fees", column="fee_id")


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan the fees that lack a notice; the run is that of the day on which they are planned."""
    today = timezone.localdate(at)
    told = Notice.objects.filter(fee=OuterRef("pk"))
    if not ServiceFee.objects.due_from(today).exclude(Exists(told)).exists():
        return []
    policy = KindPolicy.objects.get(kind=FACTS.kind)
    return [plan(FACTS, policy=policy, subject=f"{today}", parameters={"today": today}, at=at)]
