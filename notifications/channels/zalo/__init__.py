"""Zalo template messages (ZNS): approved templates, sent to a phone number."""

from notifications.channels.base import Quota

from .adapter import CODES, Zalo, until_quota_returns
from .templates import LIMITS, Template, has_link_or_phone, local_phone, template_data
from .tokens import TokenPair, TokenSource, refresh_tokens
from .webhooks import is_signed, receipts

__all__ = [
    "CODES",
    "LIMITS",
    "Quota",
    "Template",
    "TokenPair",
    "TokenSource",
    "Zalo",
    "has_link_or_phone",
    "is_signed",
    "local_phone",
    "receipts",
    "refresh_tokens",
    "template_data",
    "until_quota_returns",
]
