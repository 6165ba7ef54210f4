"""Web Push (RFC 8030): sealed messages to browsers, through the push service of their maker."""

from .adapter import CODES, Push
from .endpoints import HOSTS, BadSubscription, Subscription, public_key
from .webhooks import receipts

__all__ = [
    "CODES",
    "HOSTS",
    "BadSubscription",
    "Push",
    "Subscription",
    "public_key",
    "receipts",
]
