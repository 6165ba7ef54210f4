"""One notice for each planned stop of supply that the guard lets through."""

from datetime import datetime

from django.utils import timezone

from notifications.models import Kind, KindPolicy

from .rounds import Facts, Plan, lacks, plan

GUARD = (("guard", "guard_stops"), ("terms", "terms_of_account"))
FACTS = Facts(kind=Kind.DISCONNECTION, statement="facts_of_stops", column="stop_id", parts=GUARD)


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan what tells of stops that may be told of; the run is that of the day.

    As early as the guard allows, so that other channels have time before the last hours.
    """
    day = timezone.localdate(at)
    parameters = {"day": day}
    if not lacks(FACTS, subject=f"{day}", parameters=parameters, at=at):
        return []
    policy = KindPolicy.objects.get(kind=FACTS.kind)
    return [plan(FACTS, policy=policy, subject=f"{day}", parameters=parameters, at=at)]
