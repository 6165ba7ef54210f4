"""A notice for each planned stop of supply that the guard lets through; one takes it back."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from notifications.models import Kind, KindPolicy

from .rounds import Facts, Plan, lacks, plan

GUARD = (("guard", "guard_stops"), ("terms", "terms_of_account"))
FACTS = Facts(kind=Kind.DISCONNECTION, statement="facts_of_stops", column="stop_id", parts=GUARD)
OFF = Facts(kind=Kind.DISCONNECTION, statement="facts_of_called_off_stops", column="stop_id")
# What was called off before is no news.
OFF_FOR = timedelta(days=2)


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan what tells of stops that may be told of, or are called off; the run is that of the day.

    As early as the guard allows, so that other channels have time before the last hours.
    """
    day = timezone.localdate(at)
    parameters = {"day": day, "off_since": at - OFF_FOR}
    known: dict[str, Any] = {"subject": f"{day}", "parameters": parameters, "at": at}
    lacking = [facts for facts in (OFF, FACTS) if lacks(facts, **known)]
    if not lacking:
        return []
    policy = KindPolicy.objects.get(kind=Kind.DISCONNECTION)
    return [plan(facts, policy=policy, **known) for facts in lacking]
