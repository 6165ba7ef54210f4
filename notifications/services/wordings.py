"""Which words hold: those that ship, until two of the staff put others in their place."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings

from notifications.models import Channel, Wording, WordingChange
from notifications.wording import mail
from notifications.wording.shipped import Slot, Sources, shipped, shipped_totals

Changes = dict[Slot, WordingChange]


def changed(*, channel: str, at: datetime) -> Changes:
    """The changes of words on ``channel`` that hold at ``at``. One query."""
    newest_last = WordingChange.objects.filter(channel=channel).in_force(at=at)
    one_each = newest_last.order_by("kind", "language", "-starts_at", "-pk")
    return {change.slot: change for change in one_each.distinct("kind", "language")}


def wording(slot: Slot, changes: Changes) -> Wording:
    """The words of ``slot``: as changed, else as they ship.

    :raises NoWords: this kind does not speak this language on this channel
    """
    if change := changes.get(slot):
        return _written(slot, change.subject, change.text, parameters(slot))
    return built_in(slot)


def built_in(slot: Slot) -> Wording:
    """The words that ship."""
    return _built_in(slot, parameters(slot))


@lru_cache(maxsize=16)
def totals(slot: Slot) -> Wording:
    """The words for who may read of a bill its use and amount alone.

    :raises NoWords: this kind does not speak so on this channel
    """
    return Wording.of(slot, shipped_totals(slot))


def written(slot: Slot, *, subject: str, text: str) -> Wording:
    """Words that somebody wrote for ``slot``; those of a mail get its frame and its foot."""
    return _written(slot, subject, text, parameters(slot))


def sources(slot: Slot, *, subject: str, text: str) -> Sources:
    """The words as they would be sent."""
    if slot.channel == Channel.EMAIL:
        return mail.sources(subject=subject, text=text)
    return Sources(subject, text.strip())


def parameters(slot: Slot) -> tuple[str, ...]:
    """What the provider's approved template is filled with, beside what our words say."""
    return tuple(approved(slot))


def approved(slot: Slot) -> dict[str, str]:
    """The names that the provider's approved template is filled with, and the sort of each."""
    options = settings.CHANNELS.get(slot.channel, {}).get("OPTIONS", {})
    return dict(options.get("templates", {}).get(slot.kind, {}).get("parameters", {}))


@lru_cache(maxsize=512)
def _built_in(slot: Slot, parameters: tuple[str, ...]) -> Wording:
    return Wording.of(slot, shipped(slot), parameters=parameters)


@lru_cache(maxsize=512)
def _written(slot: Slot, subject: str, text: str, parameters: tuple[str, ...]) -> Wording:
    own = sources(slot, subject=subject, text=text)
    return Wording.of(slot, own, parameters=parameters)
