"""Money: that it came in, is due soon, or is late. One notice for each payment, and bill and state.

What is due or late changes with the day, not with the minute: it is planned by the hour.
"""

from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from billing.models import Bill
from notifications.models import Kind, KindPolicy, Run

from .rounds import Facts, Plan, plan_lacking

TERMS = (("terms", "terms_of_account"),)
RECEIVED = Facts(kind=Kind.PAYMENT_RECEIVED, statement="facts_of_payments", column="payment_id")
DUE = Facts(
    kind=Kind.PAYMENT_REMINDER, statement="facts_of_due_bills", column="bill_id", parts=TERMS
)
LATE = Facts(
    kind=Kind.PAYMENT_OVERDUE, statement="facts_of_late_bills", column="bill_id", parts=TERMS
)
# A load that took long commits rows which it learned of when it began.
OVERLAP = timedelta(days=1)
# No company reminds earlier, or still writes that late.
FURTHEST_AHEAD, LATEST = timedelta(days=31), timedelta(days=31)


def plan_received(*, at: datetime) -> list[Plan]:
    """Plan what tells of payments learned of since the last round; the run is that of the day."""
    useful_for = KindPolicy.objects.get(kind=RECEIVED.kind).useful_for
    known = {"learned_since": _learned_since(at), "paid_since": at - useful_for}
    subject = f"{timezone.localdate(at)}"
    return plan_lacking(RECEIVED, subject=subject, parameters=known, at=at)


def _learned_since(at: datetime) -> datetime:
    """From when on payments may lack a notice: a day before the last round, or a month ago."""
    last = Run.objects.filter(kind=RECEIVED.kind).aggregate(Max("planned_at"))
    return (last["planned_at__max"] or at - LATEST) - OVERLAP


def plan_due_soon(*, at: datetime) -> list[Plan]:
    """Plan the reminders of bills whose last day of paying is near, a run a billing month."""
    today = timezone.localdate(at)
    return _by_month(DUE, due_from=today, due_until=today + FURTHEST_AHEAD, at=at)


def plan_late(*, at: datetime) -> list[Plan]:
    """Plan what tells of bills that are late, once each, a run a billing month."""
    today = timezone.localdate(at)
    return _by_month(LATE, due_from=today - LATEST, due_until=today, at=at)


def _by_month(facts: Facts, *, due_from: date, due_until: date, at: datetime) -> list[Plan]:
    unpaid = Bill.objects.unpaid().filter(due_on__range=(due_from, due_until))
    months = unpaid.order_by("month").values_list("month", flat=True).distinct()
    known = {"day": timezone.localdate(at), "due_since": due_from}
    return [
        made
        for month in months
        for made in plan_lacking(
            facts, subject=f"{month:%Y-%m}", parameters={"month": month, **known}, at=at
        )
    ]
