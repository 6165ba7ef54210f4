"""Channels: the media a person can be told by, one adapter module each.

Configured by the setting ``CHANNELS`` in the way of Django's ``CACHES``:

    CHANNELS = {"inbox": {"BACKEND": "notifications.channels.inbox.Inbox", "OPTIONS": {}}}
"""

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.channels.base import (
    Channel,
    ChannelError,
    Message,
    Misconfigured,
    Quota,
    ReceiptEvent,
    Unavailable,
    Undeliverable,
    UnknownChannel,
)

__all__ = [
    "Channel",
    "ChannelError",
    "Message",
    "Misconfigured",
    "Quota",
    "ReceiptEvent",
    "Unavailable",
    "Undeliverable",
    "UnknownChannel",
    "get",
    "names",
]


def names() -> list[str]:
    """The configured channels, in the order of the setting."""
    return list(settings.CHANNELS)


def get(name: str) -> Channel:
    """A new adapter for the channel, to be opened with ``async with``.

    :raises UnknownChannel: the setting CHANNELS has no such entry
    """
    try:
        config = settings.CHANNELS[name]
    except KeyError:
        raise UnknownChannel(f"CHANNELS has no entry {name!r}") from None
    adapter: Channel = import_string(config["BACKEND"])(**config.get("OPTIONS", {}))
    return adapter
