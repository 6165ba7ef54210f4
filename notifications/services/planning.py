"""Who must be told what: notices and dispatches out of committed facts, in sets."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from customers.models import AccountEvent
from notifications.models import Kind, KindPolicy, LegalClass, Notice, Run
from notifications.security import OLD_CONTACT_TOLD, REPLACED, TOLD
from portal.lib import sql

APP = "notifications"
# A pass repeats only for check codes that were drawn before: one in ten thousand at most.
MAX_PASSES = 10


class CodesUsedUp(Exception):
    """Pass after pass drew only check codes that are taken."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one round of planning added; all zero when everything was planned before."""

    subject: str
    notices: int
    dispatches: int
    unreachable: int


def plan_bills(*, month: date, at: datetime) -> Plan:
    """Plan one notice for each account with a bill of ``month``, and where it goes.

    A rerun adds what is new since: nothing, or the accounts whose bill was loaded later.
    """
    month = month.replace(day=1)
    policy = KindPolicy.objects.get(kind=Kind.BILL_ISSUED)
    with transaction.atomic():
        run = _locked_run(kind=policy.kind, subject=f"{month:%Y-%m}", at=at)
        notices = _insert_notices("plan_bill_notices", run, policy, {"month": month}, at)
        dispatches, unreachable = _insert_dispatches(run, policy, at)
    return Plan(run.subject, notices, dispatches, unreachable)


def plan_security(*, at: datetime) -> Plan:
    """Plan one notice for each change of access that is told about, and where it goes.

    A rerun adds nothing; the run is that of the day on which it is planned.
    """
    policy = KindPolicy.objects.get(kind=Kind.SECURITY)
    facts = {"told": list(TOLD), "since": at - policy.useful_for}
    with transaction.atomic():
        run = _locked_run(kind=policy.kind, subject=f"{timezone.localdate(at)}", at=at)
        notices = _insert_notices("plan_security_notices", run, policy, facts, at)
        dispatches, unreachable = _insert_dispatches(run, policy, at)
    return Plan(run.subject, notices, dispatches, unreachable)


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan every kind whose facts lack their notices, and are still worth telling."""
    return plan_changes(at=at) + _plan_months(at)


def plan_changes(*, at: datetime) -> list[Plan]:
    """Plan the notices that changes of access still lack; a look at an index where none does."""
    return [plan_security(at=at)] if _has_untold_events(at) else []


def _has_untold_events(at: datetime) -> bool:
    policy = KindPolicy.objects.get(kind=Kind.SECURITY)
    recent = AccountEvent.objects.filter(kind__in=TOLD, at__gt=at - policy.useful_for)
    return recent.exclude(Exists(Notice.objects.filter(event=OuterRef("pk")))).exists()


def _plan_months(at: datetime) -> list[Plan]:
    """The bills of months still worth telling."""
    useful_for = KindPolicy.objects.get(kind=Kind.BILL_ISSUED).useful_for
    issued_since = timezone.localdate(at) - useful_for
    # A bill is issued in the month after the one it is named after, at the latest.
    oldest = (issued_since.replace(day=1) - timedelta(days=32)).replace(day=1)
    months = sql.run(
        APP, "months_with_untold_bills", {"issued_since": issued_since, "oldest": oldest}
    )
    return [plan_bills(month=month, at=at) for (month,) in months]


def _locked_run(*, kind: str, subject: str, at: datetime) -> Run:
    """The run, held until the commit: two planners of one subject follow each other."""
    Run.objects.get_or_create(kind=kind, subject=subject, defaults={"planned_at": at})
    return Run.objects.select_for_update().get(kind=kind, subject=subject)


def _insert_notices(
    name: str, run: Run, policy: KindPolicy, facts: dict[str, object], at: datetime
) -> int:
    parameters = {
        "kind": run.kind,
        "subject": run.subject,
        "run": run.pk,
        "at": at,
        "useful_for": policy.useful_for,
        **facts,
    }
    total = 0
    for _ in range(MAX_PASSES):
        [(lacking, added)] = sql.run(APP, name, parameters)
        total += added
        if added == lacking:
            return total
    raise CodesUsedUp(f"{lacking - added} notices found no free check code")


def _insert_dispatches(run: Run, policy: KindPolicy, at: datetime) -> tuple[int, int]:
    [(dispatches, unreachable)] = sql.run(
        APP,
        "plan_dispatches",
        {
            "run": run.pk,
            "kind": run.kind,
            "at": at,
            "day": timezone.localdate(at),
            "channels": policy.channels,
            "statutory": policy.legal_class == LegalClass.STATUTORY,
            "priority": policy.priority,
            "confirm_within": policy.confirm_within,
            "everywhere": policy.everywhere,
            "replaced": REPLACED,
            "replaced_since": at - OLD_CONTACT_TOLD,
        },
    )
    return dispatches, unreachable
