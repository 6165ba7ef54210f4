"""Zalo's webhooks: whether they are signed, and the receipts in them."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from notifications.channels.base import (
    MAX_BODY,
    MAX_REFERENCE,
    MalformedReceipt,
    ReceiptEvent,
    epoch_ms,
    receipt_id,
)

_STATUSES: dict[object, Literal["delivered", "seen"]] = {
    "user_received_message": "delivered",
    "user_seen_message": "seen",
}
_MAX_IDS = 100


def is_signed(body: bytes, signature: str, *, app_id: str, secrets: Iterable[str]) -> bool:
    """Whether Zalo signed these very bytes with one of the secrets (two during a rotation).

    Source: Zalo's webhook page: hex SHA-256 of app id, body, time stamp and secret in a row.
    """
    given = signature.removeprefix("mac=").encode(errors="replace")
    try:
        stamp = str(_event(body).get("timestamp", ""))
    except MalformedReceipt:
        return False
    start = app_id.encode() + body + stamp.encode(errors="replace")
    # A list, so that every secret is compared whatever the first comparison says.
    matches = [_matches(start, secret, given=given) for secret in secrets if secret]
    return any(matches)


def receipts(body: bytes, *, received_at: datetime) -> list[ReceiptEvent]:
    """The receipts in a webhook whose signature was checked; none for other events.

    :raises MalformedReceipt: not an event, or an event without the ids it must have
    """
    event = _event(body)
    name = event.get("event_name")
    status = _STATUSES.get(name) if isinstance(name, str) else None
    if status is None:
        return []
    message = event.get("message")
    if not isinstance(message, dict):
        raise MalformedReceipt("no message")
    sent_at = epoch_ms(event.get("timestamp"), default=received_at)
    occurred_at = epoch_ms(message.get("delivery_time"), default=sent_at)
    reference = receipt_id(message.get("tracking_id", ""), limit=MAX_REFERENCE)
    message_ids = _message_ids(message)
    return [
        ReceiptEvent(
            provider="zalo",
            message_id=message_id,
            reference=reference if len(message_ids) == 1 else "",
            status=status,
            occurred_at=occurred_at,
        )
        for message_id in message_ids
    ]


def _message_ids(message: Mapping[str, Any]) -> list[str]:
    """One id where a message was delivered, several where a chat was opened."""
    ids = message.get("msg_ids", [message.get("msg_id")])
    if not isinstance(ids, list) or not 0 < len(ids) <= _MAX_IDS:
        raise MalformedReceipt("no message id")
    return [receipt_id(value) for value in ids if value != ""]


def _event(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_BODY:
        raise MalformedReceipt("too long")
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedReceipt("not JSON") from None
    if not isinstance(event, dict):
        raise MalformedReceipt("not an object")
    return event


def _matches(start: bytes, secret: str, *, given: bytes) -> bool:
    expected = hashlib.sha256(start + secret.encode()).hexdigest()
    return hmac.compare_digest(expected.encode(), given)
