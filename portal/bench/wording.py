"""Filling the words of bills: what every message of a run costs before it is called for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.template import Context, Engine
from django.utils import timezone, translation

from notifications import values
from notifications.models import Channel, Dispatch, Filling, Kind, Notice
from notifications.services import fillings, planning, wordings
from notifications.services.rendering import LANGUAGE, again, fill, freeze
from notifications.wording.shipped import Slot, shipped
from portal.bench import Way

WHAT = "word a notice of a bill (Zalo: one text; e-mail: heading, text and HTML)"
UNIT = "messages"
NOTICES = 500
BATCH = 32
PARTS = {Channel.ZALO: ("txt",), Channel.EMAIL: ("txt", "subject.txt", "html")}


def ways() -> Iterator[Way]:
    """Django's templates, cached as in production; words compiled once; and kept as sent."""
    planning.plan_hourly(at=timezone.now())
    bills = values.with_facts(Notice.objects.filter(kind=Kind.BILL_ISSUED))
    notices = list(bills[:NOTICES])
    for channel in PARTS:
        for name, run in {"Django": by_django, "compiled once": by_us}.items():
            yield Way(
                name=f"{channel.value}, {name}",
                units=len(notices),
                run=lambda run=run, channel=channel: run(notices, channel),  # type: ignore[misc]
            )
    known = {notice.pk: notice for notice in notices}
    sent = list(Dispatch.objects.filter(notice__in=notices, channel=Channel.INBOX))
    yield Way(name="zalo, and kept", units=len(sent), run=lambda: keep(sent, known))


def remarks() -> list[str]:
    """What a message costs to be shown again exactly."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL notifications_filling")
        cursor.execute("SELECT pg_total_relation_size('notifications_filling')")
        [size] = cursor.fetchone()
    return [f"kept: {size / Filling.objects.count():.0f} bytes a message, with its index"]


def by_us(notices: Sequence[Notice], channel: Channel) -> None:
    """As the sender does."""
    sources = shipped(Slot(Kind.BILL_ISSUED, channel, LANGUAGE))
    with translation.override(LANGUAGE):
        for notice in notices:
            fill(sources, values.of(notice), channel=channel)


def keep(sent: Sequence[Dispatch], known: Mapping[int, Notice]) -> None:
    """As the sender does, with what it writes down before it calls, in batches of its size."""
    wording = wordings.built_in(Slot(Kind.BILL_ISSUED, Channel.ZALO, LANGUAGE))
    with translation.override(LANGUAGE):
        for start in range(0, len(sent), BATCH):
            batch = [
                freeze(known[one.notice_id], dispatch=one.pk, wording=wording)
                for one in sent[start : start + BATCH]
            ]
            for filling in batch:
                again(filling)
            fillings.keep(batch, replace=True)


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
