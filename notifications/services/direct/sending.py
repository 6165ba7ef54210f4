"""Sending what was queued, once: the try is written down and committed before the call.

A code that comes twice confuses and costs, one that does not come is asked for again. So a try
whose end nobody knows is repeated only where the provider drops what it has taken already.
"""

import json
from datetime import datetime, timedelta

import structlog
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from notifications import channels
from notifications.channels import ChannelError, Message, Misconfigured, Unavailable
from notifications.models import DirectMessage
from notifications.services import channel_states, pacing
from notifications.services.dispatching import send_within

log = structlog.get_logger(__name__)

Status = DirectMessage.Status

# Longer than any call may take, with time to record what came of it.
LEASE = timedelta(seconds=60)
# Somebody is waiting: short rests, few tries.
RESTS = [timedelta(seconds=seconds) for seconds in (2, 5, 10, 20, 30)]
# Rows that one look at the clock rings for, ends or wipes.
STEP = 500


def due(*, at: datetime) -> list[int]:
    """Messages to ring for at ``at``, the oldest first."""
    return list(DirectMessage.objects.due(at=at).values_list("pk", flat=True)[:STEP])


def send(*, message: int, at: datetime) -> bool:
    """Send one message if it is due and nobody else sends it; whether a call was made."""
    claimed = _claim(message, at)
    if claimed is None:
        return False
    adapter = channels.get(claimed.channel)
    provider_ref, error = _call(adapter, claimed)
    _settle(claimed, provider_ref, error, deduplicates=adapter.deduplicates, at=at)
    return True


def sweep(*, at: datetime) -> int:
    """End what is too late, free what a dead sender held, wipe old words; how many rows moved."""
    return _expire(at) + _free_leases(at) + _wipe(at)


def _claim(pk: int, at: datetime) -> DirectMessage | None:
    """Take the message by compare-and-swap and write down that a try begins."""
    found = DirectMessage.objects.due(at=at).filter(pk=pk).first()
    if found is None or not channel_states.room(channel=found.channel, at=at, wanted=1):
        return None
    if not pacing.take(channel=found.channel, wanted=1, is_awaited=True):
        return None
    mine = DirectMessage.objects.filter(pk=pk, status=Status.QUEUED, tries=found.tries).update(
        # The database's clock: senders may disagree about the time.
        status=Status.SENDING,
        lease_until=Now() + LEASE,
        tries=F("tries") + 1,
        started_at=at,
    )
    found.tries += 1
    return found if mine else None


def _call(adapter: channels.Channel, row: DirectMessage) -> tuple[str, Exception | None]:
    """The provider's reference, or the error; no transaction is open meanwhile."""
    try:
        return async_to_sync(_send)(adapter, _message(row)), None
    except Exception as error:
        return "", error


async def _send(adapter: channels.Channel, message: Message) -> str:
    async with adapter:
        return await send_within(adapter, message)


def _message(row: DirectMessage) -> Message:
    return Message(
        reference=row.reference.hex,
        address=row.address,
        subject=row.subject,
        text=row.text,
        html=row.html,
        template=row.purpose,
        data=json.loads(row.data) if row.data else {},
    )


@transaction.atomic
def _settle(
    row: DirectMessage,
    provider_ref: str,
    error: Exception | None,
    *,
    deduplicates: bool,
    at: datetime,
) -> None:
    """Record how the call ended, unless the lease was lost and the row is someone else's now."""
    status = _status_after(error, tries=row.tries, deduplicates=deduplicates)
    if isinstance(error, Misconfigured) and not error.template:
        channel_states.stop(channel=row.channel, why=str(error), at=at)
    if error is not None:
        # A text of unknown origin may name a person: only our adapters' own is kept.
        why = str(error) if isinstance(error, ChannelError) else type(error).__name__
        log.warning("direct message not taken", message=row.pk, status=status, error=why)
    ours = DirectMessage.objects.filter(pk=row.pk, tries=row.tries, status=Status.SENDING)
    ours.update(
        status=status,
        lease_until=None,
        due_at=at + _rest(error, tries=row.tries),
        ended_at=None if status == Status.QUEUED else at,
        provider_ref=provider_ref,
        detail=_detail(error),
    )


def _status_after(error: Exception | None, *, tries: int, deduplicates: bool) -> Status:
    """What one call asks for; anything unforeseen counts as a call that may have been taken."""
    match error:
        case None:
            return Status.ACCEPTED
        case Unavailable(ambiguous=False) if tries <= len(RESTS):
            return Status.QUEUED
        case Misconfigured(template="") if tries <= len(RESTS):
            return Status.QUEUED
        case Unavailable(ambiguous=False) | Misconfigured():
            return Status.FAILED
        case ChannelError() as known if not isinstance(known, Unavailable):
            return Status.FAILED
        case _ if deduplicates and tries <= len(RESTS):
            return Status.QUEUED
        case _:
            return Status.UNKNOWN


def _rest(error: Exception | None, *, tries: int) -> timedelta:
    rest = RESTS[min(tries, len(RESTS)) - 1]
    asked = getattr(error, "retry_after", None)
    return max(rest, timedelta(seconds=asked)) if asked else rest


def _detail(error: Exception | None) -> str:
    if error is None:
        return ""
    return str(error)[:200] if isinstance(error, ChannelError) else type(error).__name__


def _expire(at: datetime) -> int:
    late = DirectMessage.objects.filter(status=Status.QUEUED, expires_at__lte=at)
    return late.update(status=Status.EXPIRED, ended_at=at)


def _free_leases(at: datetime) -> int:
    """A sender died over these: repeated where the provider would notice, else left in doubt."""
    dead = DirectMessage.objects.filter(status=Status.SENDING, lease_until__lte=Now())
    safe = Q(channel__in=_deduplicating(), tries__lte=len(RESTS))
    freed = dead.filter(safe).update(status=Status.QUEUED, lease_until=None, due_at=at)
    return freed + dead.update(
        status=Status.UNKNOWN, lease_until=None, ended_at=at, detail="the sender died"
    )


def _deduplicating() -> list[str]:
    return [name for name in channels.names() if channels.get(name).deduplicates]


def _wipe(at: datetime) -> int:
    """Forget whom it went to and what it said; that it was sent, when and why stays."""
    old = DirectMessage.objects.filter(wiped_at=None, ended_at__lte=at - settings.DIRECT_WORDS_KEPT)
    return old.update(
        address="", address_hash="", network_hash="", subject="", text="", html="", data="",
        wiped_at=at,
    )  # fmt: skip
