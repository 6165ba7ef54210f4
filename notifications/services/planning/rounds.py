"""One round of planning: notices out of facts, dispatches out of notices, both in sets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from customers.services import contact_checks
from notifications import channels
from notifications.models import Kind, KindPolicy, LegalClass, Notice, Run
from notifications.security import OLD_CONTACT_TOLD, REPLACED
from notifications.services import contract_sms, own_choices, prices, quiet
from portal.lib import sql

from . import gate

APP = "notifications"
# A pass repeats only for check codes that were drawn before: one in ten thousand at most.
MAX_PASSES = 10
# Notices decided about in one statement: enough to join sets, few enough for any memory.
SLICE = 100_000
# Where each notice would go: a part of the statements that plan, and of those that only ask.
DECIDE = "decide_dispatches"
NOTICES = "undecided_among"
GIVEN = ("notices", "accounts", "expiries")


class CodesUsedUp(Exception):
    """Pass after pass drew only check codes that are taken."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one round of planning added; all zero when everything was planned before."""

    subject: str
    notices: int
    dispatches: int
    unreachable: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Where the facts of one kind of notice come from."""

    kind: Kind
    statement: str
    """The file in ``notifications/sql`` that selects them."""
    column: str
    """The column of a notice that names its fact."""
    parts: tuple[tuple[str, str], ...] = ()
    """What stands in the statement for ``{name}``, and the file that holds it."""

    def text(self) -> dict[str, str]:
        """The statement and its parts, in the order in which they are put in."""
        own = {name: sql.statement(APP, file) for name, file in self.parts}
        return {"facts": sql.statement(APP, self.statement), **own}


def lacks(facts: Facts, *, subject: str, parameters: Mapping[str, object], at: datetime) -> bool:
    """Whether a fact of the run is untold and still worth telling; writes nothing."""
    known = {"kind": facts.kind, "subject": subject, "at": at}
    [(found,)] = sql.run(APP, "lacks_notices", {**known, **parameters}, facts.text())
    return bool(found)


def plan_lacking(
    facts: Facts, *, subject: str, parameters: Mapping[str, object], at: datetime
) -> list[Plan]:
    """What is lacking of one run; no run is made where nothing is."""
    if not lacks(facts, subject=subject, parameters=parameters, at=at):
        return []
    policy = KindPolicy.objects.get(kind=facts.kind)
    return [plan(facts, policy=policy, subject=subject, parameters=parameters, at=at)]


@transaction.atomic
def plan(
    facts: Facts,
    *,
    policy: KindPolicy,
    subject: str,
    parameters: Mapping[str, object],
    at: datetime,
) -> Plan:
    """Plan what is lacking of one run: its notices, and where each goes.

    A rerun adds what is new since: nothing, or what became a fact later.
    """
    run = _locked_run(kind=facts.kind, subject=subject, at=at)
    notices = _insert_notices(facts, run, policy, parameters, at)
    run.size += notices
    dispatches, unreachable = _tell(run, policy, at)
    return Plan(subject, notices, dispatches, unreachable)


@transaction.atomic
def go_on(run: Run, *, at: datetime) -> Plan:
    """Plan the dispatches of a run that waited and was released; a rerun adds nothing."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    policy = KindPolicy.objects.get(kind=run.kind)
    dispatches, unreachable = _tell(run, policy, at)
    return Plan(run.subject, 0, dispatches, unreachable)


def _tell(run: Run, policy: KindPolicy, at: datetime) -> tuple[int, int]:
    """The run's dispatches; none while it must not go."""
    told = (0, 0)
    if not gate.holds(run, at=at):
        run.waits_since = None
        told = _insert_dispatches(run, policy, at)
    run.save()
    return told


def _locked_run(*, kind: str, subject: str, at: datetime) -> Run:
    """The run, held until the commit: two planners of one subject follow each other."""
    Run.objects.get_or_create(kind=kind, subject=subject, defaults={"planned_at": at})
    return Run.objects.select_for_update().get(kind=kind, subject=subject)


def _insert_notices(
    facts: Facts, run: Run, policy: KindPolicy, parameters: Mapping[str, object], at: datetime
) -> int:
    parts = {**facts.text(), "fact": facts.column}
    known = {
        "kind": run.kind,
        "subject": run.subject,
        "run": run.pk,
        "at": at,
        "useful_for": policy.useful_for,
        "consent": policy.consent,
    }
    total = 0
    for _ in range(MAX_PASSES):
        [(lacking, added)] = sql.run(APP, "plan_notices", {**known, **parameters}, parts)
        total += added
        if added == lacking:
            return total
    raise CodesUsedUp(f"{lacking - added} notices found no free check code")


def _insert_dispatches(run: Run, policy: KindPolicy, at: datetime) -> tuple[int, int]:
    known = {
        "priority": policy.priority,
        "confirm_within": policy.confirm_within,
        "version": policy.version,
        "keeps_quiet_hours": policy.keeps_quiet_hours,
        "consented": bool(policy.consent),
        "digest_within": policy.digest_within,
        "digesting": [name for name in channels.names() if channels.get(name).digests],
        **quiet.company_hours(on=timezone.localdate(at)),
        "prices": Jsonb(prices.in_force(on=timezone.localdate(at))),
        **deciding(policy, at),
    }
    parts = {"notices": sql.statement(APP, NOTICES), **decided()}
    dispatches = unreachable = 0
    for rows in _undecided(run):
        columns = (list(column) for column in zip(*rows, strict=True))
        asked = known | dict(zip(GIVEN, columns, strict=True))
        [(added, lost)] = sql.run(APP, "plan_dispatches", asked, parts)
        dispatches, unreachable = dispatches + added, unreachable + lost
    return dispatches, unreachable


def _undecided(run: Run) -> Iterator[list[tuple[int, int, datetime]]]:
    """The run's notices that nothing was decided about yet, slice by slice: GIVEN of each."""
    trying = Notice.objects.filter(run=run, reach=Notice.Reach.TRYING, dispatches=None)
    keys = trying.values_list("pk", "account_id", "expires_at").iterator(chunk_size=SLICE)
    return iter(lambda: list(islice(keys, SLICE)), [])


def decided() -> dict[str, str]:
    """The statement DECIDE as a part of another, and the parts that it has itself."""
    own = {**own_choices.parts(), **contract_sms.parts()}
    return {"decided": sql.statement(APP, DECIDE), **own}


def deciding(policy: KindPolicy, at: datetime) -> dict[str, object]:
    """What the statement DECIDE is asked with: the policy, and the time at which it decides."""
    return {
        "kind": policy.kind,
        "at": at,
        "day": timezone.localdate(at),
        "channels": policy.channels,
        "statutory": policy.legal_class == LegalClass.STATUTORY,
        "everywhere": policy.everywhere,
        "consent": policy.consent,
        "proven_since": contact_checks.proven_since(at=at),
        "replaced": REPLACED,
        "replaced_since": at - OLD_CONTACT_TOLD,
        **own_choices.known(),
        **contract_sms.known(),
    }
