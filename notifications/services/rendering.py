"""The words of a notice: per kind, channel and language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from notifications import sms, values
from notifications.channels import Message
from notifications.models import Channel, Notice
from notifications.services.claiming import Claim
from notifications.services.settling import Broken
from notifications.wording.shipped import Slot, Sources, shipped

# What goes out: nobody can tell us yet which language they read.
LANGUAGE = "vi"
_WITHOUT_SUBJECT = frozenset({Channel.SMS, Channel.ZALO})


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as one channel says it; ``html`` for e-mail, ``data`` for fixed templates."""

    subject: str
    text: str
    html: str = ""
    data: dict[str, str] = field(default_factory=dict)


def render(*, notice: Notice, channel: str, language: str = LANGUAGE) -> Words:
    """What ``notice`` says on ``channel``; also what the inbox and the staff's pages show."""
    sources = shipped(Slot(notice.kind, channel, language))
    with translation.override(language):
        return fill(sources, values.of(notice), channel=channel)


def fill(sources: Sources, filled: Mapping[str, Any], *, channel: str) -> Words:
    """The words with their values."""
    as_subject, as_text, as_html = sources.compiled
    text = as_text.fill(filled).strip()
    subject = "" if channel in _WITHOUT_SUBJECT else as_subject.fill(filled)
    html = as_html.fill({**filled, "subject": subject}, html=True)
    if channel == Channel.SMS:
        text = sms.plain(text)
    return Words(subject, text, html, {name: str(value) for name, value in filled.items()})


def messages(*, claims: Iterable[Claim], channel: str) -> dict[int, Message | Broken]:
    """The message of each claim's dispatch; one that cannot be made stops no other."""
    claims = list(claims)
    notices = Notice.objects.select_related(*values.RELATED).in_bulk(
        [claim.notice for claim in claims]
    )
    return {claim.dispatch: _message(claim, notices[claim.notice], channel) for claim in claims}


def _message(claim: Claim, notice: Notice, channel: str) -> Message | Broken:
    try:
        words = render(notice=notice, channel=channel)
        return Message(
            reference=claim.reference.hex,
            address=claim.address,
            subject=words.subject,
            text=words.text,
            html=words.html,
            template=notice.kind,
            data=words.data,
        )
    except Exception as error:
        broken = Broken("not rendered")
        broken.__cause__ = error
        return broken
