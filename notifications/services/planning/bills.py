"""One notice for each account with a bill of the month."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from notifications.models import Kind, KindPolicy
from portal.lib import sql

from .rounds import APP, Facts, Plan, plan

FACTS = Facts(kind=Kind.BILL_ISSUED, statement="facts_of_bills", column="bill_id")
# How long after a load began its bills are looked for every minute; later they are found within
# the hour.
LATELY = timedelta(minutes=15)


def plan_bills(*, month: date, at: datetime) -> Plan:
    """Plan the notices of one month's bills."""
    month = month.replace(day=1)
    policy = KindPolicy.objects.get(kind=FACTS.kind)
    subject = f"{month:%Y-%m}"
    return plan(FACTS, policy=policy, subject=subject, parameters={"month": month}, at=at)


def plan_new(*, at: datetime) -> list[Plan]:
    """Plan the months of bills that were learned of lately; costs next to nothing without any."""
    return _plan_untold(learned_since=at - LATELY, at=at)


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan the bills of months that lack notices and are still worth telling."""
    return _plan_untold(learned_since=datetime.min.replace(tzinfo=UTC), at=at)


def _plan_untold(*, learned_since: datetime, at: datetime) -> list[Plan]:
    useful_for = KindPolicy.objects.get(kind=FACTS.kind).useful_for
    issued_since = timezone.localdate(at) - useful_for
    months = untold_months(issued_since=issued_since, learned_since=learned_since)
    return [plan_bills(month=month, at=at) for month in months]


def untold_months(*, issued_since: date, learned_since: datetime) -> list[date]:
    """Months of bills that lack notices, where one was issued and learned of since then."""
    # A bill is issued in the month after the one it is named after, at the latest.
    oldest = (issued_since.replace(day=1) - timedelta(days=32)).replace(day=1)
    known = {"issued_since": issued_since, "oldest": oldest, "learned_since": learned_since}
    return [month for (month,) in sql.run(APP, "months_with_untold_bills", known)]
