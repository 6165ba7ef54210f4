"""Addresses by which a caller can confirm them, and nobody else learn them."""

from notifications.models import Channel, Dispatch
from portal.lib.text import mask, mask_email


def masked(dispatch: Dispatch) -> str:
    """Where a dispatch goes; the inbox is no secret."""
    if dispatch.channel == Channel.INBOX:
        return dispatch.address
    is_email = dispatch.channel == Channel.EMAIL
    return mask_email(dispatch.address) if is_email else mask(dispatch.address)
