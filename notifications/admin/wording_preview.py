"""Words filled to be looked at: with a made-up notice, or a real one the person may see."""

from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from customers.models import User
from notifications.models import Channel, Kind, Language, Notice, Wording
from notifications.services import rendering, wording_rules, wordings
from notifications.services.rendering import Words
from notifications.values.names import examples, known
from notifications.wording.lint import Finding
from notifications.wording.shipped import Slot, slots

RECENT = 5
CASES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Preview:
    """What one person would read, and in which case."""

    case: str
    words: Words


@dataclass(frozen=True, slots=True)
class Line:
    """The words of one channel and language in the overview."""

    slot: Slot
    channel: str
    language: str
    is_changed: bool


def title(slot: Slot) -> str:
    """What these words are, in words."""
    parts = (Kind(slot.kind).label, Channel(slot.channel).label, Language(slot.language).label)
    return " · ".join(str(part) for part in parts)


def by_kind(*, at: datetime) -> list[tuple[str, list[Line]]]:
    """Everything that has words, by kind, and whether staff changed it. A query a channel."""
    listed: dict[str, list[Line]] = {}
    changed = {
        slot
        for channel in sorted({slot.channel for slot in slots()})
        for slot in wordings.changed(channel=channel, at=at)
    }
    for slot in slots():
        channel, language = str(Channel(slot.channel).label), str(Language(slot.language).label)
        kind = str(Kind(slot.kind).label)
        listed.setdefault(kind, []).append(Line(slot, channel, language, slot in changed))
    return list(listed.items())


def names(slot: Slot) -> list[tuple[str, Any, Any]]:
    """What may be filled in: the name, what it means, an example."""
    made_up = examples(slot.kind)
    return [
        (name, known(name).meaning, _("yes or no") if isinstance(value, bool) else value)
        for name, value in made_up.items()
    ]


def findings(wording: Wording) -> list[Finding]:
    """What is wrong with the words, or worth knowing."""
    return wording_rules.findings(_slot_of(wording), wording.sources)


def of_typed(slot: Slot, *, subject: str, text: str) -> dict[str, Any]:
    """Words that are being written: filled, as far as they can be, and what to mend."""
    found = wording_rules.findings(slot, wordings.sources(slot, subject=subject, text=text))
    if any(not finding.is_remark for finding in found):
        return {"findings": found, "previews": []}
    wording = wordings.written(slot, subject=subject, text=text)
    return {"findings": found, "previews": previews(wording)}


def previews(wording: Wording, *, notice: Notice | None = None) -> list[Preview]:
    """The words as they would be read: of a real notice, else of a made-up one in each case."""
    if notice is not None:
        words = rendering.render(
            notice=notice, channel=wording.channel, language=wording.language, wording=wording
        )
        return [Preview("", words)]
    return [
        Preview(case, rendering.fill(wording.sources, filled, channel=wording.channel))
        for case, filled in _cases(wording)
    ]


def _cases(wording: Wording) -> list[tuple[str, dict[str, Any]]]:
    made_up: dict[str, Any] = {**examples(wording.kind)}
    asked = [name for name, value in made_up.items() if isinstance(value, bool)]
    asked = [name for name in asked if name in wording.names.split()]
    cases = []
    for answers in list(product((False, True), repeat=len(asked)))[:CASES_SHOWN]:
        said = dict(zip(asked, answers, strict=True))
        yes = [str(known(name).meaning) for name, answer in said.items() if answer]
        cases.append((", ".join(yes), made_up | said))
    return cases


def recent(slot: Slot, *, user: User | AnonymousUser) -> QuerySet[Notice]:
    """The newest notices of this kind that ``user`` may see, for a preview."""
    notices = Notice.objects.visible_to(user).filter(kind=slot.kind)
    return notices.select_related("account").newest_first()[:RECENT]


def _slot_of(wording: Wording) -> Slot:
    return Slot(wording.kind, wording.channel, wording.language)
