"""The hand-overs nobody is left to make: dead senders, silence, expiry, paid bills, receipts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from billing.models import SupplyStop
from notifications import channels
from notifications.models import Campaign, Channel, Dispatch, Notice, Reason, Run
from notifications.models.campaigns import BY_HAND
from notifications.models.notices import CALLS_OFF
from notifications.services import devices, halts, receipts, routing
from notifications.services.settling import MAX_COPIES, MAX_CRASHES
from portal.lib import sql

log = structlog.get_logger(__name__)

Status = Dispatch.Status
# Rows a step takes at once, so that its transaction stays short.
STEP = 2000
# A provider has them, and may still confirm.
TAKEN = (Status.ACCEPTED, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows each hand-over moved."""

    freed: int
    applied: int
    expired: int
    silent: int
    settled: int
    stopped: int
    halted: int
    forgotten: int


def sweep(*, at: datetime) -> Swept:
    """Make every hand-over that is due at ``at``; may be run by several at once, and again."""
    # Before silence is counted: what is stopped is not silent.
    halted = halts.tend(at=at)
    return Swept(
        halted=halted,
        forgotten=devices.forget_unlinked(at=at),
        freed=_repeat(_free_leases, at),
        applied=receipts.apply_parked(at=at),
        expired=_repeat(_end_expired, at),
        silent=_repeat(_pass_over_silent, at),
        settled=_end_settled(),
        stopped=_repeat(_end_stopped, at),
    )


def _repeat(step: Callable[[datetime], int], at: datetime) -> int:
    total = 0
    while moved := step(at):
        total += moved
    return total


@transaction.atomic
def _free_leases(at: datetime) -> int:
    """A sender died: its calls may have been taken or not, so each counts as a possible copy.

    A death concerns the calls in flight, so they are repeated, once where the provider would not
    notice; a provider that leaves its answers in doubt concerns every message (see settling).
    """
    rows = sql.run(
        "notifications",
        "free_expired_leases",
        {
            "at": at,
            "limit": STEP,
            "deduplicating": _deduplicating(),
            "max_copies": MAX_COPIES,
            "max_crashes": MAX_CRASHES,
        },
    )
    failed = [(dispatch, notice) for dispatch, notice, status in rows if status == Status.FAILED]
    for dispatch, _ in failed:
        log.error("dispatch quarantined", dispatch=dispatch)
    routing.advance(notices=[notice for _, notice in failed], at=at)
    return len(rows)


def _deduplicating() -> list[str]:
    return [name for name in channels.names() if channels.get(name).deduplicates]


@transaction.atomic
def _end_expired(at: datetime) -> int:
    """What came too late to be useful is not sent any more.

    Dispatches are locked before their notices, as everywhere; one that a sender holds waits.
    """
    expired = Notice.objects.filter(reach=Notice.Reach.TRYING, expires_at__lte=at)
    ids = list(expired.order_by("expires_at", "pk").values_list("pk", flat=True)[:STEP])
    waiting = Dispatch.objects.filter(notice__in=ids, status__in=[Status.HELD, Status.QUEUED])
    free = waiting.order_by("pk").select_for_update(skip_locked=True)
    Dispatch.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(
        status=Status.CANCELLED, reason=Reason.EXPIRED, silent_at=None
    )
    done = expired.filter(pk__in=ids).exclude(Exists(waiting.filter(notice=OuterRef("pk"))))
    return done.update(reach=Notice.Reach.ENDED, reason=Reason.EXPIRED)


@transaction.atomic
def _end_stopped(_at: datetime) -> int:
    """Nothing more of a stopped run: what waits is cancelled, whom nothing was sent is done with.

    What a provider has taken goes its way: it is confirmed, or ends when its time is over.
    """
    _mark_stopped_runs()
    stopped = Run.objects.filter(stopped_at__isnull=False).values("pk")
    taken = Dispatch.objects.exclude(channel=Channel.INBOX).filter(
        Q(status=Status.SENDING) | Q(status__in=TAKEN, silent_at__isnull=False),
        notice=OuterRef("pk"),
    )
    open_ones = Notice.objects.filter(run__in=stopped, reach=Notice.Reach.TRYING)
    ids = list(open_ones.exclude(Exists(taken)).order_by("pk").values_list("pk", flat=True)[:STEP])
    waiting = Dispatch.objects.filter(notice__in=ids, status__in=[Status.HELD, Status.QUEUED])
    in_inbox = Dispatch.objects.filter(notice__in=ids, channel=Channel.INBOX)
    free = (waiting | in_inbox).order_by("pk").select_for_update(skip_locked=True)
    Dispatch.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(
        status=Status.CANCELLED, reason=Reason.STOPPED, silent_at=None
    )
    done = open_ones.filter(pk__in=ids).exclude(Exists(waiting.filter(notice=OuterRef("pk"))))
    return done.update(reach=Notice.Reach.ENDED, reason=Reason.STOPPED)


def _mark_stopped_runs() -> None:
    """A stopped campaign stops its run, once no planner is writing it."""
    stopped = Campaign.objects.filter(stopped_at__isnull=False)
    going = Run.objects.filter(stopped_at=None, kind__in=BY_HAND)
    open_ones = Notice.objects.filter(reach=Notice.Reach.TRYING, campaign__in=stopped)
    for campaign in stopped.filter(Exists(open_ones.filter(campaign=OuterRef("pk")))):
        run = going.filter(subject=f"campaign-{campaign.pk}", kind=campaign.kind)
        for one in run.select_for_update(skip_locked=True, of=("self",)):
            one.stopped_by, one.stopped_at = campaign.stopped_by, campaign.stopped_at
            one.save(update_fields=["stopped_by", "stopped_at"])


def _end_settled() -> int:
    """Who has paid the bill, keeps the supply or has answered need not be rung about it."""
    paid = Q(bill__paid_at__isnull=False) | Q(stop__bill__paid_at__isnull=False)
    kept = Q(stop__state=SupplyStop.State.CALLED_OFF) & ~CALLS_OFF
    answered = Q(contact_check__isnull=False) & ~Q(contact_check__answer="")
    return (
        _end_unreached(paid, Reason.SETTLED)
        + _end_unreached(kept, Reason.CALLED_OFF)
        + _end_unreached(answered, Reason.ANSWERED)
    )


def _end_unreached(over: Q, reason: Reason) -> int:
    found = Notice.objects.filter(over, reach=Notice.Reach.UNREACHABLE)
    return Notice.objects.filter(pk__in=found.values("pk")).update(
        reach=Notice.Reach.ENDED, reason=reason
    )


@transaction.atomic
def _pass_over_silent(at: datetime) -> int:
    """Where no confirmation came in time, the next channel gets its turn."""
    silent = (
        Dispatch.objects.filter(silent_at__lte=at)
        .order_by("pk")
        .select_for_update(skip_locked=True)
        .values_list("pk", "notice")[:STEP]
    )
    rows = list(silent)
    Dispatch.objects.filter(pk__in=[pk for pk, _ in rows]).update(silent_at=None)
    routing.advance(notices={notice for _, notice in rows}, at=at)
    return len(rows)
