"""Filling the words of bills: what every message of a run costs before it is called for."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.template import Context, Engine
from django.utils import timezone, translation

from notifications import values
from notifications.models import Channel, Kind, Notice
from notifications.services import planning
from notifications.services.rendering import LANGUAGE, fill
from notifications.wording.shipped import Slot, shipped
from portal.bench import Way

WHAT = "word a notice of a bill (Zalo: one text; e-mail: heading, text and HTML)"
UNIT = "messages"
NOTICES = 500
PARTS = {Channel.ZALO: ("txt",), Channel.EMAIL: ("txt", "subject.txt", "html")}


def ways() -> Iterator[Way]:
    """Django's templates, cached as in production; words compiled once in a process."""
    planning.plan_due(at=timezone.now())
    bills = Notice.objects.filter(kind=Kind.BILL_ISSUED).select_related(*values.RELATED)
    notices = list(bills[:NOTICES])
    for channel in PARTS:
        for name, run in {"Django": by_django, "compiled once": by_us}.items():
            yield Way(
                name=f"{channel.value}, {name}",
                units=len(notices),
                run=lambda run=run, channel=channel: run(notices, channel),  # type: ignore[misc]
            )


def by_us(notices: Sequence[Notice], channel: Channel) -> None:
    """As the sender does."""
    sources = shipped(Slot(Kind.BILL_ISSUED, channel, LANGUAGE))
    with translation.override(LANGUAGE):
        for notice in notices:
            fill(sources, values.of(notice), channel=channel)


def by_django(notices: Sequence[Notice], channel: Channel) -> None:
    """The same files as templates of Django, looked up for each message."""
    for notice in notices:
        with translation.override(LANGUAGE):
            filled: dict[str, Any] = {**values.of(notice), "subject": ""}
            for part in PARTS[channel]:
                template = Engine.get_default().get_template(
                    f"notices/{notice.kind}/{channel}.{LANGUAGE}.{part}"
                )
                template.render(Context(filled, autoescape=part == "html")).strip()
