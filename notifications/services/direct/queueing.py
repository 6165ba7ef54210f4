"""Writing a direct message down, and ringing for its sender once it is committed."""

import json
from collections.abc import Mapping
from datetime import datetime

from celery import current_app
from django.db import transaction

from notifications.models import Channel, DirectMessage
from notifications.services.direct import limits
from portal.lib.sealed import keyed_hash

Purpose = DirectMessage.Purpose

CHANNELS = frozenset({Channel.ZALO, Channel.EMAIL, Channel.SMS})
# By SMS only what its reader asked for a moment ago: that is no notice, and needs no agreement.
BY_SMS = frozenset(
    {
        Purpose.SIGN_IN_CODE,
        Purpose.VERIFY_CODE,
        Purpose.RESET_CODE,
        Purpose.LINK_CODE,
        Purpose.ACCOUNT_EXISTS,
        Purpose.ACCOUNT_UNKNOWN,
    }
)


class NotAllowed(ValueError):
    """This purpose must not go by this channel, or the message would be useless at once."""


def queue(
    *,
    channel: str,
    address: str,
    text: str,
    purpose: str,
    expires_at: datetime,
    at: datetime,
    subject: str = "",
    html: str = "",
    data: Mapping[str, str] | None = None,
    from_ip: str = "",
) -> DirectMessage:
    """Queue one message to ``address``; it is sent after the commit, and never past ``expires_at``.

    :param address: E.164 for SMS and Zalo, addr-spec for e-mail
    :param purpose: of DirectMessage.Purpose; for Zalo also the name of the approved template
    :param data: the values of Zalo's template
    :param from_ip: the address of whoever asked for it, where somebody did
    :raises NotAllowed: the channel or the purpose does not exist, or this one not by that channel
    :raises Refused: a limit on paid messages is reached; see :mod:`.limits` for which
    """
    _check(channel, purpose, expires_at, at)
    message = DirectMessage(
        channel=channel,
        purpose=purpose,
        address=address,
        address_hash=keyed_hash(address),
        network_hash=limits.network_hash(from_ip),
        subject=subject,
        text=text,
        html=html,
        data=json.dumps(dict(data), ensure_ascii=False) if data else "",
        queued_at=at,
        due_at=at,
        expires_at=expires_at,
    )
    try:
        _write(message)
    except limits.Refused as refused:
        limits.alarm(channel=channel, refused=refused)
        raise
    return message


@transaction.atomic
def _write(message: DirectMessage) -> None:
    limits.check(message)
    message.save()
    ring(message.pk)


def ring(message: int) -> None:
    """Ring for the sender once this transaction is committed; a lost ring is made up by the clock.

    By name, because services know no tasks; robustly, because the message is written down
    whatever becomes of the broker.
    """
    transaction.on_commit(
        lambda: current_app.send_task(
            "notifications.tasks.send_direct", kwargs={"message": message}, retry=False
        ),
        robust=True,
    )


def _check(channel: str, purpose: str, expires_at: datetime, at: datetime) -> None:
    if channel not in CHANNELS:
        raise NotAllowed(f"no direct messages by {channel!r}")
    if purpose not in Purpose.values:
        raise NotAllowed(f"no such purpose: {purpose!r}")
    if channel == Channel.SMS and purpose not in BY_SMS:
        raise NotAllowed(f"{purpose} does not go by SMS")
    if expires_at <= at:
        raise NotAllowed("it would be expired at once")
