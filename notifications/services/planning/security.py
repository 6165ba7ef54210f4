"""One notice for each change of access that is told about."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from customers.models import AccountEvent
from notifications.models import Kind, KindPolicy, Notice
from notifications.security import TOLD

from .rounds import Facts, Plan, plan

FACTS = Facts(kind=Kind.SECURITY, statement="facts_of_security", column="event_id")


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan the warnings that are lacking; the run is that of the day on which they are planned.

    Where none is lacking it costs a look at an index.
    """
    policy = KindPolicy.objects.get(kind=FACTS.kind)
    since = at - policy.useful_for
    recent = AccountEvent.objects.filter(kind__in=TOLD, at__gt=since)
    if not recent.exclude(Exists(Notice.objects.filter(event=OuterRef("pk")))).exists():
        return []
    parameters = {"told": list(TOLD), "since": since}
    day = f"{timezone.localdate(at)}"
    return [plan(FACTS, policy=policy, subject=day, parameters=parameters, at=at)]
