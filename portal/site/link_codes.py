"""Codes to link an address, on their way to a contact of the contract."""

from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from customers.models import ContactPoint, LinkRequest
from customers.services import linking
from customers.services.linking import CodeToSend
from notifications.models import Channel, DirectMessage
from notifications.services import direct
from notifications.sms import plain
from portal.lib.text import mask

log = structlog.get_logger()

CHANNELS = {
    ContactPoint.Kind.EMAIL: Channel.EMAIL,
    ContactPoint.Kind.ZALO: Channel.ZALO,
    ContactPoint.Kind.PHONE: Channel.SMS,
}


def deliver(*, request: int, at: datetime) -> None:
    """Look up what a request is about, and queue its code if one is to be sent; once a request.

    Where the outbox refuses for now, nothing is kept, and the clock tries again.
    """
    try:
        with transaction.atomic():
            if code := linking.prepare(request=request, at=at):
                _queue(code, at=at)
    except direct.Refused as refused:
        log.warning("link code refused", request=request, why=type(refused).__name__)


def tend(*, at: datetime) -> None:
    """Do what was lost on the way, and raise the alarms there is reason for."""
    for request in linking.lost(at=at):
        deliver(request=request, at=at)
    linking.watch(at=at)


def _queue(sent: CodeToSend, *, at: datetime) -> None:
    kind = ContactPoint.Kind(sent.contact.kind)
    with translation.override(settings.LANGUAGE_CODE):
        words = _text(sent.request, sent.code)
        direct.queue(
            channel=CHANNELS[kind],
            address=sent.contact.value,
            subject=_("Code to link an address") if kind == ContactPoint.Kind.EMAIL else "",
            text=_short(sent.code) if kind == ContactPoint.Kind.PHONE else words,
            data={"code": sent.code},
            purpose=DirectMessage.Purpose.LINK_CODE,
            expires_at=sent.request.expires_at,
            at=at,
        )


def _text(request: LinkRequest, code: str) -> str:
    """What the code is for, what becomes of it, and how to stop it."""
    return _(
        "Somebody with a login at our site asked to see the address with the customer code "
        "%(number)s. If it was you, type this code there within 15 minutes:\n\n%(code)s\n\n"
        "Give it to nobody, not even to our staff. If it was not you, do nothing: without the code "
        "nobody gets in. To stop such requests, or to learn who asked, call %(hotline)s."
    ) % {"number": mask(request.number), "code": code, "hotline": settings.HOTLINE}


def _short(code: str) -> str:
    """The same in one part of an SMS."""
    return plain(
        _("%(code)s links your address, 15 min. Give it to nobody. Not you? Call %(hotline)s")
        % {"code": code, "hotline": settings.HOTLINE}
    )
