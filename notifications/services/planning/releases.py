"""Runs that waited for a second person, and go on once their hold is over."""

from datetime import datetime

from django.conf import settings

from notifications.models import Run

from .rounds import Plan, go_on


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan the dispatches of runs that were released long enough ago to be stopped no more."""
    released = Run.objects.released_before(at - settings.MASS_HOLD).newest_first()
    return [go_on(run, at=at) for run in released]
