"""One notice for each contact of which we ask again whether it is still the customer's."""

from datetime import datetime

from django.utils import timezone

from customers.services import contact_checks
from notifications.models import Kind

from .rounds import Facts, Plan, plan_lacking

FACTS = Facts(
    kind=Kind.CONTACT_CHECK, statement="facts_of_contact_checks", column="contact_check_id"
)


def plan_due(*, at: datetime) -> list[Plan]:
    """Ask about what was proven too long ago, and plan the notices; the run is that of the day."""
    contact_checks.ask_due(at=at)
    day = timezone.localdate(at)
    return plan_lacking(FACTS, subject=f"{day}", parameters={"day": day}, at=at)
