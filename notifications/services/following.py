"""What notices would follow from a file: asked in its preview of the planner's own statements.

The rows stand in a transaction that is taken back; what is counted here and what would be planned
of them cannot disagree. Each answers by the kind of notice.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db.models import Model
from django.utils import timezone

from billing.models import Bill, Payment, ServiceFee
from notifications.models import KindPolicy
from notifications.services.planning import bills, debits, fees, payments
from notifications.services.planning.rounds import APP, Facts
from portal.lib import sql

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def of_bills(*, load: int, at: datetime) -> dict[str, int]:
    """Of each month that is still worth telling."""
    issued_since = timezone.localdate(at) - _useful_for(bills.FACTS)
    months = bills.untold_months(issued_since=issued_since, learned_since=LONG_AGO)
    counts = (
        _count(bills.FACTS, Bill, {"month": month, "subject": f"{month:%Y-%m}"}, load=load, at=at)
        for month in months
    )
    return {bills.FACTS.kind: sum(counts)}


def of_payments(*, load: int, at: datetime) -> dict[str, int]:
    """Of payments that were made not long ago."""
    known = {"learned_since": LONG_AGO, "paid_since": at - _useful_for(payments.RECEIVED)}
    return {payments.RECEIVED.kind: _count(payments.RECEIVED, Payment, known, load=load, at=at)}


def of_debits(*, load: int, at: datetime) -> dict[str, int]:
    """Of debits that failed; the bills are those that the load changed."""
    found = _count(debits.FACTS, Bill, {"learned_since": LONG_AGO}, load=load, at=at)
    return {debits.FACTS.kind: found}


def of_fees(*, load: int, at: datetime) -> dict[str, int]:
    """Of fees that can still be paid in time."""
    today = timezone.localdate(at)
    return {fees.FACTS.kind: _count(fees.FACTS, ServiceFee, {"today": today}, load=load, at=at)}


OF_KINDS = {"bills": of_bills, "payments": of_payments, "debits": of_debits, "fees": of_fees}


def _useful_for(facts: Facts) -> timedelta:
    return KindPolicy.objects.get(kind=facts.kind).useful_for


def _count(
    facts: Facts, model: type[Model], known: Mapping[str, object], *, load: int, at: datetime
) -> int:
    sql.run(APP, "stage_written", {"load": load, "table": model._meta.db_table})
    asked = {"kind": facts.kind, "at": at, **known}
    [(found,)] = sql.run(APP, "count_following", asked, facts.text())
    return int(found)
