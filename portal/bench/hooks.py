"""A provider's report from the request to the answer, stored first, against a bare view.

A provider repeats what is not answered soon: 200 ms is what we promise ourselves.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from itertools import count

from django.conf import settings
from django.test import Client
from django.utils import timezone

from notifications.models import Dispatch
from portal.bench import Way
from portal.bench.planning import forget as forget_all
from portal.bench.planning import plan

WHAT = "answer a provider's report, stored and applied"
UNIT = "answers"
TIMES = 20
PROMISED = 0.2  # seconds
# Of an event that tells of a message which nobody sent.
NOBODYS = "0" * 32

_numbers = count(1)
_slowest: list[float] = []


def ways() -> Iterator[Way]:
    """A bare view; a report of a message that nobody knows; one that is applied."""
    client = Client(SERVER_NAME="localhost")
    # Whatever a benchmark before this one left.
    forget_all()
    plan()
    sent = list(Dispatch.objects.filter(channel="zalo").values_list("pk", "reference")[:TIMES])
    ids, known = [pk for pk, _ in sent], [reference.hex for _, reference in sent]
    waiting = {"status": Dispatch.Status.ACCEPTED, "accepted_at": timezone.now()}

    def forget() -> None:
        Dispatch.objects.filter(pk__in=ids).update(delivered_at=None, **waiting)

    _slowest.clear()
    yield Way(
        name="a bare view",
        units=len(sent),
        run=lambda: [client.get("/healthz") for _ in sent],
    )
    yield Way(
        name="stored",
        units=len(sent),
        run=lambda: _report(client, [NOBODYS] * len(sent)),
    )
    yield Way(
        name="stored and applied",
        units=len(sent),
        prepare=forget,
        run=lambda: _report(client, known),
    )


def remarks() -> list[str]:
    """The slowest answer, beside what is promised."""
    slowest = max(_slowest)
    kept = "kept" if slowest < PROMISED else "NOT KEPT"
    return [f"slowest answer: {slowest * 1000:.0f} ms; {PROMISED * 1000:.0f} ms promised, {kept}"]


def _report(client: Client, references: Iterable[str]) -> None:
    """Zalo's word that each of these messages arrived."""
    for reference in references:
        _one(client, reference)


def _one(client: Client, reference: str) -> None:
    """One report, as Zalo's servers sign it."""
    stamp = f"{time.time_ns() // 1_000_000}"
    message = {
        "msg_id": f"bench-{next(_numbers)}",
        "tracking_id": reference,
        "delivery_time": stamp,
    }
    app = settings.ZALO["APP_ID"]
    event = {"event_name": "user_received_message", "app_id": app, "message": message}
    body = json.dumps({**event, "timestamp": stamp}).encode()
    signed = app.encode() + body + stamp.encode() + settings.ZALO_OA_SECRETS[0].encode()
    started = time.perf_counter()
    answer = client.post(
        "/hooks/zalo/",
        data=body,
        content_type="application/json",
        headers={"X-ZEvent-Signature": f"mac={hashlib.sha256(signed).hexdigest()}"},
    )
    _slowest.append(time.perf_counter() - started)
    if answer.status_code != 200:
        raise RuntimeError(f"a report was answered by {answer.status_code}")
