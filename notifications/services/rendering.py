"""The words of a notice: per kind, channel and language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import translation

from notifications import sms, values
from notifications.channels import Message
from notifications.models import Channel, Filling, Notice, Wording
from notifications.services import (
    digesting,
    fillings,
    pushing,
    unsubscribing,
    whole_codes,
    wordings,
)
from notifications.services.claiming import Claim
from notifications.services.preferences import CHOSEN
from notifications.services.settling import Broken
from notifications.wording.shipped import Slot, Sources

# What goes out: nobody can tell us yet which language they read.
LANGUAGE = "vi"
WITHOUT_SUBJECT = frozenset({Channel.SMS, Channel.ZALO})
NAMES_OF_PEOPLE = frozenset({"customer_name"})


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as one channel says it; ``html`` for e-mail, ``data`` for fixed templates."""

    subject: str
    text: str
    html: str = ""
    data: dict[str, str] = field(default_factory=dict)


def render(
    *, notice: Notice, channel: str, language: str = LANGUAGE, wording: Wording | None = None
) -> Words:
    """What ``notice`` says on ``channel`` with its facts of now; by the words that ship.

    :raises NoWords: its kind does not speak this language on this channel
    """
    wording = wording or wordings.built_in(Slot(notice.kind, channel, language))
    with translation.override(language):
        return fill(wording.sources, values.of(notice), channel=channel)


def again(filling: Filling) -> Words:
    """What was sent or shown, exactly as it was, but for a code that is its recipient's alone."""
    filled = filling.filled | whole_codes.as_shown(filling)
    return fill(filling.wording.sources, filled, channel=filling.wording.channel)


def outgoing(filling: Filling) -> Words:
    """What a message says to whom it goes to; never shown to anybody else."""
    filled = filling.filled | whole_codes.as_sent(filling)
    return fill(filling.wording.sources, filled, channel=filling.wording.channel)


def to_whoever_asks(filling: Filling, *, has_whole_code: bool = False) -> str:
    """What a message says, for somebody who proved to have it and no more: nobody's name.

    Of a mail its heading alone: whoever has another channel's message knows no more than that.
    """
    nameless = filling.filled | dict.fromkeys(NAMES_OF_PEOPLE & filling.filled.keys(), "…")
    nameless |= (whole_codes.as_sent if has_whole_code else whole_codes.as_shown)(filling)
    words = fill(filling.wording.sources, nameless, channel=filling.wording.channel)
    return words.subject if filling.wording.channel == Channel.EMAIL else words.text


def fill(sources: Sources, filled: Mapping[str, Any], *, channel: str) -> Words:
    """The words with their values."""
    as_subject, as_text, as_html = sources.compiled
    text = as_text.fill(filled).strip()
    subject = "" if channel in WITHOUT_SUBJECT else as_subject.fill(filled)
    html = as_html.fill({**filled, "subject": subject}, html=True)
    if channel == Channel.SMS:
        text = sms.plain(text)
    return Words(subject, text, html, {name: str(value) for name, value in filled.items()})


def freeze(notice: Notice, *, dispatch: int, wording: Wording) -> Filling:
    """What the words need of the notice's facts of now, to be kept; in the language in force."""
    return Filling(
        dispatch_id=dispatch,
        language=wording.language,
        wording=wording,
        values=wording.kept(values.of(notice)),
    )


def messages(*, claims: Iterable[Claim], channel: str, at: datetime) -> dict[int, Message | Broken]:
    """The message of each claim's dispatch, kept before it goes out.

    One that cannot be made stops no other; one that may have arrived reads the same again.
    """
    claims = list(claims)
    if channel == Channel.PUSH:
        return dict(pushing.messages(claims=claims, language=LANGUAGE, at=at))
    facts = values.with_facts(Notice.objects.all())
    notices = facts.in_bulk([claim.notice for claim in claims])
    before = fillings.said_before(claims, language=LANGUAGE)
    changes = wordings.changed(channel=channel, at=at)
    leaving = _leaving(claims) if channel == Channel.EMAIL else set()
    made: dict[int, Message | Broken] = {}
    new = []
    with translation.override(LANGUAGE):
        for claim in claims:
            try:
                notice = notices[claim.notice]
                filling = _kept(claim, before.get(claim.dispatch), notice)
                if filling is None:
                    wording = _wording(claim, Slot(notice.kind, channel, LANGUAGE), changes)
                    filling = freeze(notice, dispatch=claim.dispatch, wording=wording)
                    new.append(filling)
                made[claim.dispatch] = _message(
                    claim, notice.kind, outgoing(filling), may_leave=_recipient(claim) in leaving
                )
            except Exception as error:
                broken = made[claim.dispatch] = Broken("not rendered")
                broken.__cause__ = error
        made |= _digests(claims, made)
    fillings.keep(new, replace=True)
    return made


def _digests(
    claims: Iterable[Claim], made: Mapping[int, Message | Broken]
) -> dict[int, Message | Broken]:
    """By dispatch, the one message of those that go together; what is broken is left out of it."""
    together: dict[UUID, dict[int, tuple[Claim, Message]]] = {}
    for claim in claims:
        part = made[claim.dispatch]
        if claim.digest and isinstance(part, Message):
            together.setdefault(claim.digest, {})[claim.dispatch] = claim, part
    return {
        dispatch: message
        for reference, members in together.items()
        for message in [_digest(reference, list(members.values()))]
        for dispatch in members
    }


def _digest(reference: UUID, members: Sequence[tuple[Claim, Message]]) -> Message:
    """Its button ends the mail about all that it tells of, at this address."""
    leaving = [claim for claim, part in members if part.headers]
    headers = {}
    if leaving:
        headers = unsubscribing.headers(
            contact=[claim.contact for claim in leaving if claim.contact],
            link=[claim.link for claim in leaving if claim.link],
            address=leaving[0].address,
            kind=members[0][1].template,
        )
    return digesting.message(
        parts=[part for _, part in members], reference=reference, headers=headers
    )


def _wording(claim: Claim, slot: Slot, changes: wordings.Changes) -> Wording:
    """All that the notice says, or as much of it as its recipient may read."""
    return wordings.wording(slot, changes) if claim.in_full else wordings.totals(slot)


def _kept(claim: Claim, before: Filling | None, notice: Notice) -> Filling | None:
    """What a try before said, unless its recipient may read less by now."""
    if before is None or claim.in_full:
        return before
    slot = Slot(notice.kind, before.wording.channel, before.language)
    return before if before.wording_id == wordings.totals(slot).pk else None


def _leaving(claims: Iterable[Claim]) -> set[tuple[int | None, int | None]]:
    """Whose mail has a button: the holder's, and that of linked people, who chose it."""
    own = unsubscribing.may_be_left(contacts=[one.contact for one in claims if one.contact])
    return {_recipient(one) for one in claims if one.link or one.contact in own}


def _recipient(claim: Claim) -> tuple[int | None, int | None]:
    return claim.contact, claim.link


def _message(claim: Claim, kind: str, words: Words, *, may_leave: bool) -> Message:
    headers = {}
    if may_leave and kind in CHOSEN:
        headers = unsubscribing.headers(
            contact=claim.contact, link=claim.link, address=claim.address, kind=kind
        )
    return Message(
        reference=claim.reference.hex,
        address=claim.address,
        subject=words.subject,
        text=words.text,
        html=words.html,
        template=kind,
        data=words.data,
        headers=headers,
    )
