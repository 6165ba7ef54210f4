"""Dispatches in words, for the desk and for the people they are about; nothing secret."""

from django.utils.translation import gettext as _

from notifications.models import Channel, Dispatch
from portal.lib.text import mask_contact

Status = Dispatch.Status

TONES = {
    Status.HELD: "wait",
    Status.QUEUED: "wait",
    Status.SENDING: "wait",
    Status.ACCEPTED: "info",
    Status.DELIVERED: "success",
    Status.SEEN: "success",
    Status.FAILED: "error",
    Status.UNKNOWN: "warning",
    Status.SUPPRESSED: "off",
    Status.CANCELLED: "off",
}


def tone(dispatch: Dispatch) -> str:
    """How it went, in the tones of components/state.html."""
    return TONES[Status(dispatch.status)]


def state(dispatch: Dispatch) -> str:
    """How far it got; an inbox has handed nothing over until somebody opens it."""
    if dispatch.channel == Channel.INBOX and dispatch.status == Status.ACCEPTED:
        return _("In the inbox, not opened yet")
    return dispatch.get_status_display()


def masked_address(dispatch: Dispatch) -> str:
    """Where it goes, by which the person can confirm it and nobody else learn it."""
    if dispatch.channel in {Channel.INBOX, Channel.PUSH}:
        return ""
    return mask_contact(dispatch.address, is_email=dispatch.channel == Channel.EMAIL)
