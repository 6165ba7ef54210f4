"""What a browser reports of a message it showed."""

import re
from datetime import datetime

from notifications.channels.base import MalformedReceipt, ReceiptEvent

_REFERENCE = re.compile(r"[0-9a-f]{32}")


def receipts(reference: str, *, received_at: datetime) -> list[ReceiptEvent]:
    """The word of a service worker that it showed the message with this reference.

    The reference is 122 random bits that travel sealed to one browser, so whoever says it got the
    message; the push service itself cannot read it.

    :raises MalformedReceipt: no such reference
    """
    if not _REFERENCE.fullmatch(reference):
        raise MalformedReceipt("not a reference")
    event = ReceiptEvent(
        provider="webpush",
        message_id=reference,
        reference=reference,
        status="delivered",
        occurred_at=received_at,
    )
    return [event]
