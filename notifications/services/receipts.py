"""What providers say became of a message: kept as it came, applied once, in any order."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q

from notifications.channels import ReceiptEvent
from notifications.models import Channel, Dispatch, Kind, Notice, PushDevice, Reason, Receipt
from notifications.services import direct, own_choices, routing
from notifications.services.settling import suspend_contact

log = structlog.get_logger(__name__)

Status = Dispatch.Status

# A receipt for a message we do not know (yet) is looked at again for so long.
PARKED_FOR = timedelta(days=7)
STEP = 1000

# What each word may be said after. "Delivered" outweighs a failure reported before or after it,
# so the order in which they arrive does not matter.
_AFTER = {
    Status.FAILED: {Status.QUEUED, Status.SENDING, Status.ACCEPTED, Status.UNKNOWN},
    Status.DELIVERED: set(Status) - {Status.DELIVERED, Status.SEEN},
    Status.SEEN: set(Status) - {Status.SEEN},
}
# Before supply is cut somebody must have been told, not a browser: only who opens the notice,
# signed in, ends the round of channels.
_NEEDS_A_PERSON = {Kind.PAYMENT_REMINDER, Kind.PAYMENT_OVERDUE, Kind.DISCONNECTION}
_REACHES = {Status.DELIVERED: Notice.Reach.DELIVERED, Status.SEEN: Notice.Reach.SEEN}


def record(*, events: Iterable[ReceiptEvent], raw: str, at: datetime) -> None:
    """Keep ``events`` with the text they came in, then apply each whose message is known.

    Once this returns they are committed; what cannot be applied now is left to the sweeper.
    """
    events = list(events)
    Receipt.objects.bulk_create(
        (_receipt(event, raw, at) for event in events), ignore_conflicts=True
    )
    for event in events:
        receipt = Receipt.objects.get(provider=event.provider, key=event.key)
        try:
            apply(receipt=receipt, at=at)
        except DatabaseError as error:
            log.warning("receipt left to the sweeper", receipt=receipt.pk, error=type(error))


def apply_parked(*, at: datetime) -> int:
    """Apply receipts that came before their message was known; how many were."""
    parked = Receipt.objects.filter(applied_at=None, received_at__gt=at - PARKED_FOR)
    return sum(apply(receipt=receipt, at=at) for receipt in parked.order_by("pk")[:STEP])


@transaction.atomic
def apply(*, receipt: Receipt, at: datetime) -> bool:
    """Move the receipt's dispatch up the ladder, and its notice with it; whether it has one.

    All of a digest arrived together, or none. A receipt of a direct message moves that.
    """
    if receipt.applied_at is not None:
        return False
    carried = _dispatches_of(receipt)
    if not carried:
        return _apply_to_direct(receipt, at)
    news = [dispatch for dispatch in carried if _lift(dispatch, receipt)]
    Receipt.objects.filter(pk=receipt.pk).update(dispatch=carried[0], applied_at=at)
    # Notices are locked by their keys, as everywhere.
    for dispatch in sorted(news, key=lambda dispatch: dispatch.notice_id):
        _follow(dispatch, receipt, at)
    return True


def _lift(dispatch: Dispatch, receipt: Receipt) -> bool:
    """Write the word down; whether it is news."""
    if dispatch.channel == Channel.PUSH and not _speaks(dispatch, at=receipt.occurred_at):
        return False
    status = Status(receipt.status)
    is_news = dispatch.status in _AFTER[status]
    _stamp(dispatch, status, receipt.occurred_at)
    if is_news:
        dispatch.status = status
        dispatch.reason = Reason.BOUNCED if status == Status.FAILED else ""
        dispatch.lease_until = dispatch.silent_at = None
    dispatch.save()
    return is_news


def _speaks(dispatch: Dispatch, *, at: datetime) -> bool:
    """Whether it counts that a browser showed this; it says so without anybody signed in.

    Else it is kept as a receipt, and the next channel has its turn as if nothing had come.
    """
    device = PushDevice.objects.filter(key=dispatch.address).first()
    notice = dispatch.notice
    if device is None or notice.kind in _NEEDS_A_PERSON:
        return False
    if notice.kind == Kind.TEST_MESSAGE:
        return True
    return device.has_settled(account=notice.account, at=at)


def is_ours(*, reference: str, provider: str) -> bool:
    """Whether a dispatch on a channel of this provider has the reference."""
    known = Dispatch.objects.filter(channel__in=_channels(provider))
    return known.filter(reference=UUID(reference)).exists()


def _receipt(event: ReceiptEvent, raw: str, at: datetime) -> Receipt:
    return Receipt(
        provider=event.provider,
        key=event.key,
        provider_ref=event.message_id,
        reference=event.reference,
        status=event.status,
        detail=event.detail[:200],
        occurred_at=event.occurred_at,
        received_at=at,
        # PostgreSQL's text holds any character but this one.
        raw=raw.replace("\x00", "\ufffd"),
    )


def _apply_to_direct(receipt: Receipt, at: datetime) -> bool:
    reference = _uuid(receipt.reference)
    known = reference is not None and direct.arrived(
        reference=reference,
        channels=_channels(receipt.provider),
        status=receipt.status,
        detail=receipt.detail,
        at=at,
    )
    if known:
        Receipt.objects.filter(pk=receipt.pk).update(applied_at=at)
    return known


def _dispatches_of(receipt: Receipt) -> list[Dispatch]:
    """What the message carried, locked; only on a channel that this provider carries."""
    carried = Dispatch.objects.filter(channel__in=_channels(receipt.provider))
    locked = carried.select_for_update().order_by("pk")
    reference = _uuid(receipt.reference)
    if reference is not None:
        # A reference is one dispatch's or one digest's, never both.
        return list(locked.filter(reference=reference)) or list(locked.filter(digest=reference))
    if not receipt.provider_ref or receipt.reference:
        return []
    named = carried.filter(provider_ref=receipt.provider_ref).order_by("pk")
    first = named.values_list("pk", "digest").first()
    if first is None:
        return []
    pk, digest = first
    same = Q(pk=pk) if digest is None else Q(digest=digest, provider_ref=receipt.provider_ref)
    return list(locked.filter(same))


def _channels(provider: str) -> list[str]:
    return [name for name, entry in settings.CHANNELS.items() if entry.get("PROVIDER") == provider]


def _uuid(reference: str) -> UUID | None:
    try:
        return UUID(reference)
    except ValueError:
        return None


def _stamp(dispatch: Dispatch, status: Status, occurred_at: datetime) -> None:
    """Note when it happened; the first word on it counts."""
    if status == Status.DELIVERED and dispatch.delivered_at is None:
        dispatch.delivered_at = occurred_at
    if status == Status.SEEN and dispatch.seen_at is None:
        dispatch.seen_at = occurred_at


def _follow(dispatch: Dispatch, receipt: Receipt, at: datetime) -> None:
    """What the news means for the notice: it arrived, or the next channel has its turn."""
    if reach := _REACHES.get(Status(dispatch.status)):
        if dispatch.channel == Channel.PUSH:
            PushDevice.objects.filter(key=dispatch.address).update(used_at=receipt.occurred_at)
        # That a linked person has it tells nothing about whether the holder knows.
        if dispatch.recipient in Dispatch.PROOF:
            routing.climb(notice=dispatch.notice_id, to=reach, by=dispatch.channel)
        return
    if _is_final(dispatch.channel, receipt.detail):
        if dispatch.recipient == Dispatch.Recipient.LINKED:
            own_choices.give_up(address=dispatch.address, channel=dispatch.channel, at=at)
        elif dispatch.contact_id:
            suspend_contact(contact=dispatch.contact_id, why=receipt.detail, at=at)
    routing.advance(notices=[dispatch.notice_id], at=at)


def _is_final(channel: str, detail: str) -> bool:
    """Whether mail to this address is pointless from now on (RFC 3463: 5.1 is the address)."""
    return channel == Channel.EMAIL and (detail.startswith("5.1.") or detail == "complaint")
