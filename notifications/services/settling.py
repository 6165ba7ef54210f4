"""What becomes of a dispatch after its call: one act for each thing a provider can answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Count, Q

from customers.models import ContactPoint
from notifications.channels import Misconfigured, Unavailable, Undeliverable
from notifications.models import Attempt, Channel, Dispatch, Reason
from notifications.services import channel_states, devices, own_choices, routing
from notifications.services.claiming import Claim
from portal.lib import sql

log = structlog.get_logger(__name__)

Outcome, Status = Attempt.Outcome, Dispatch.Status

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
# About an hour and three quarters of waiting; while a provider is down, its breaker saves tries.
MAX_TRIES = 10
MAX_DOUBTS = 5
MAX_COPIES = 2
MAX_CRASHES = 3


class Broken(Exception):
    """The message could not even be made; nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one call ended: with the provider's reference, or with an error."""

    claim: Claim
    provider_ref: str = ""
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What the tries before this one came to."""

    unavailable: int = 0
    in_doubt: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is written down about a call and its dispatch."""

    outcome: Attempt.Outcome
    status: Dispatch.Status
    reason: str = ""
    due_at: datetime | None = None
    crashes: int = 0


@transaction.atomic
def settle(*, channel: str, results: Sequence[Result], deduplicates: bool, at: datetime) -> None:
    """Record how calls ended; requeue, or go on to the next channel, or stop the channel."""
    past = _past(results)
    verdicts = [
        judge(
            result, past=past.get(result.claim.dispatch, Past()), deduplicates=deduplicates, at=at
        )
        for result in results
    ]
    rows = sql.run("notifications", "settle_dispatches", _columns(results, verdicts, at))
    routing.advance(
        notices=[notice for _, notice, status in rows if status == Status.FAILED], at=at
    )
    _suspend_contacts(channel, results, at)
    if channel == Channel.PUSH:
        devices.retire(keys=_refused_addresses(results), at=at)
    _note_channel(channel, results, at)
    for dispatch, _, status in rows:
        if status == Status.FAILED and _is_quarantined(dispatch, results, verdicts):
            log.error("dispatch quarantined", dispatch=dispatch, channel=channel)


def judge(result: Result, *, past: Past, deduplicates: bool, at: datetime) -> Verdict:
    """What one result asks for."""
    match result.error:
        case None:
            return Verdict(Outcome.ACCEPTED, Status.ACCEPTED)
        case Undeliverable(message_only=True) if result.claim.digest:
            # It did not arrive, and nobody knows which of them was meant: each goes by itself.
            return Verdict(Outcome.UNDELIVERABLE, Status.QUEUED, due_at=at)
        case Undeliverable(message_only=message_only):
            reason = Reason.REFUSED_MESSAGE if message_only else Reason.REFUSED_ADDRESS
            return Verdict(Outcome.UNDELIVERABLE, Status.FAILED, reason)
        case Misconfigured(template=template) if template:
            return Verdict(Outcome.MISCONFIGURED, Status.FAILED, Reason.STOPPED_WORDS)
        case Misconfigured():
            return Verdict(Outcome.MISCONFIGURED, Status.QUEUED, due_at=at)
        case Unavailable() as error:
            return _after_unavailable(error, past=past, deduplicates=deduplicates, at=at)
        case Broken():
            return _after_crash(result.claim, Outcome.BROKEN, at=at)
        case _:
            return _after_surprise(result.claim, past=past, deduplicates=deduplicates, at=at)


def wait_after(failures: int) -> timedelta:
    """How long a dispatch rests after so many failures in a row: longer each time."""
    return min(FIRST_WAIT * 2 ** min(failures - 1, 10), LONGEST_WAIT)


def _after_unavailable(
    error: Unavailable, *, past: Past, deduplicates: bool, at: datetime
) -> Verdict:
    if error.ambiguous:
        return _after_doubt(past.in_doubt + 1, deduplicates=deduplicates, at=at)
    if error.retry_after is not None:
        due_at = at + timedelta(seconds=error.retry_after)
        return Verdict(Outcome.PAUSED, Status.QUEUED, due_at=due_at)
    return _after_failure(past.unavailable + 1, at=at)


def _after_doubt(doubts: int, *, deduplicates: bool, at: datetime) -> Verdict:
    """A repetition would reach the person twice, unless the provider knows our reference."""
    if deduplicates and doubts < MAX_DOUBTS:
        return Verdict(Outcome.DOUBTFUL, Status.QUEUED, due_at=at + wait_after(doubts))
    return Verdict(Outcome.DOUBTFUL, Status.UNKNOWN, Reason.DOUBTFUL)


def _after_failure(failures: int, *, at: datetime) -> Verdict:
    if failures >= MAX_TRIES:
        return Verdict(Outcome.UNAVAILABLE, Status.FAILED, Reason.EXHAUSTED)
    return Verdict(Outcome.UNAVAILABLE, Status.QUEUED, due_at=at + wait_after(failures))


def _after_crash(claim: Claim, outcome: Attempt.Outcome, *, at: datetime) -> Verdict:
    crashes = claim.crashes + 1
    if crashes >= MAX_CRASHES:
        return Verdict(outcome, Status.FAILED, Reason.QUARANTINED, crashes=1)
    return Verdict(outcome, Status.QUEUED, due_at=at + wait_after(crashes), crashes=1)


def _after_surprise(claim: Claim, *, past: Past, deduplicates: bool, at: datetime) -> Verdict:
    """An error no adapter should raise, somewhere in the call: treated as a dead sender."""
    if not deduplicates and past.in_doubt + 1 >= MAX_COPIES:
        return Verdict(Outcome.LOST, Status.UNKNOWN, Reason.DOUBTFUL, crashes=1)
    return _after_crash(claim, Outcome.LOST, at=at)


def _past(results: Sequence[Result]) -> dict[int, Past]:
    """The tries before, of those that failed again; the common case asks nothing."""
    repeated = [r.claim.dispatch for r in results if r.error and r.claim.number > 1]
    if not repeated:
        return {}
    counts = (
        Attempt.objects.filter(dispatch__in=repeated)
        .values_list("dispatch")
        .annotate(
            unavailable=Count("pk", filter=Q(outcome=Outcome.UNAVAILABLE)),
            in_doubt=Count("pk", filter=Q(outcome__in=[Outcome.DOUBTFUL, Outcome.LOST])),
        )
    )
    return {dispatch: Past(unavailable, doubts) for dispatch, unavailable, doubts in counts}


def _columns(
    results: Sequence[Result], verdicts: Sequence[Verdict], at: datetime
) -> dict[str, object]:
    pairs = list(zip(results, verdicts, strict=True))
    return {
        "at": at,
        "ids": [r.claim.dispatch for r in results],
        "numbers": [r.claim.number for r in results],
        "outcomes": [v.outcome.value for v in verdicts],
        "details": [_detail(r) for r in results],
        "statuses": [v.status.value for v in verdicts],
        "reasons": [str(v.reason) for v in verdicts],
        "due": [v.due_at for v in verdicts],
        "silent": [_silent_at(r.claim, v, at) for r, v in pairs],
        "crashes": [v.crashes for v in verdicts],
        "refs": [r.provider_ref[:80] for r in results],
    }


def _silent_at(claim: Claim, verdict: Verdict, at: datetime) -> datetime | None:
    """From when on no confirmation means the next channel; failed ones are done with."""
    if verdict.status == Status.FAILED or claim.confirm_within is None:
        return None
    return at + claim.confirm_within


def _detail(result: Result) -> str:
    """The adapter's words, which name no person; of anything else only what it was."""
    error = result.error
    if error is None:
        return ""
    known = isinstance(error, Undeliverable | Unavailable | Misconfigured)
    return (str(error) if known else type(error.__cause__ or error).__name__)[:200]


def _suspend_contacts(channel: str, results: Sequence[Result], at: datetime) -> None:
    """An address that the provider refuses is not used again until somebody mends it."""
    for result in results:
        match result.error:
            case Undeliverable(message_only=False) if result.claim.link:
                own_choices.give_up(address=result.claim.address, channel=channel, at=at)
            case Undeliverable(message_only=False) if result.claim.contact:
                suspend_contact(contact=result.claim.contact, why=_detail(result), at=at)


def _refused_addresses(results: Sequence[Result]) -> list[str]:
    return [
        result.claim.address
        for result in results
        if isinstance(result.error, Undeliverable) and not result.error.message_only
    ]


def suspend_contact(*, contact: int, why: str, at: datetime) -> None:
    """Use ``contact`` no more until somebody mends it."""
    ContactPoint.objects.usable().filter(pk=contact).update(suspended_at=at, suspended_why=why[:80])


def _note_channel(channel: str, results: Sequence[Result], at: datetime) -> None:
    failures = 0
    # What went in one message was one call.
    results = list({result.claim.sent_as: result for result in results}.values())
    for result in results:
        match result.error:
            case Unavailable(retry_after=float() | int() as seconds) as error:
                until = at + timedelta(seconds=seconds)
                channel_states.pause(channel=channel, until=until, why=str(error))
            case Unavailable():
                failures += 1
            case Misconfigured(template=template) as error if template:
                channel_states.stop_words(channel=channel, kind=template, why=str(error))
            case Misconfigured() as error:
                channel_states.stop(channel=channel, why=str(error), at=at)
    worked = any(r.error is None or isinstance(r.error, Undeliverable) for r in results)
    channel_states.note(channel=channel, worked=worked, failures=failures, at=at)


def _is_quarantined(dispatch: int, results: Sequence[Result], verdicts: Sequence[Verdict]) -> bool:
    return any(
        result.claim.dispatch == dispatch and verdict.reason == Reason.QUARANTINED
        for result, verdict in zip(results, verdicts, strict=True)
    )
