"""One notice for each bill that a bank refused to debit, and each reason."""

from datetime import datetime

from django.utils import timezone

from notifications.models import Kind, KindPolicy

from .rounds import Facts, Plan, plan_lacking

FACTS = Facts(kind=Kind.DEBIT_FAILED, statement="facts_of_failed_debits", column="bill_id")


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan what tells of debits that failed; the run is that of the day."""
    useful_for = KindPolicy.objects.get(kind=FACTS.kind).useful_for
    known = {"learned_since": at - useful_for}
    return plan_lacking(FACTS, subject=f"{timezone.localdate(at)}", parameters=known, at=at)
