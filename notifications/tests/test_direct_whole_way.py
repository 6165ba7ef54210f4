"""Codes on their whole way: a real worker, simulated providers, and nothing personal on it."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.utils import timezone

from notifications import tasks
from notifications.models import DirectMessage
from notifications.services import direct
from portal.tests.workers import Worker, running_worker, wait_until

from .test_whole_way import providers  # noqa: F401

pytestmark = pytest.mark.worker

CODE, PHONE, MAIL = "739164", "+84908765431", "canary.hanh@example.vn"
CANARIES = [CODE, "908765431", "canary.hanh", "Trần Thị Chim Hoàng Yến"]


@pytest.fixture
def worker(
    transactional_db: None,
    django_db_serialized_rollback: None,
    tmp_path: Path,
    providers: dict[str, str],  # noqa: F811
) -> Iterator[Worker]:
    """A worker that knows these providers."""
    with running_worker(tmp_path, environment=providers) as worker:
        yield worker


def ask(channel: str, address: str) -> DirectMessage:
    now = timezone.now()
    return direct.queue(
        channel=channel,
        address=address,
        subject="Mã đăng nhập",
        text=f"Mã của Trần Thị Chim Hoàng Yến: {CODE}",
        data={"code": CODE},
        purpose="sign_in_code",
        expires_at=now + timedelta(minutes=10),
        at=now,
    )


def everything_below(folder: Path) -> str:
    """All text in the files of the broker and the log, as it stands now."""
    texts = []
    for path in folder.rglob("*"):
        if path.is_file():
            try:
                texts.append(f"{path.name} {path.read_bytes().decode(errors='replace')}")
            except FileNotFoundError:
                continue
    return "\n".join(texts)


def found(text: str) -> list[str]:
    """Which canaries stand in the text, plainly or the way JSON and SMTP write them."""
    return [c for c in CANARIES if c in text or json.dumps(c)[1:-1] in text]


def test_codes_arrive_and_the_broker_and_the_log_know_nothing_of_them(
    worker: Worker,
    providers: dict[str, str],  # noqa: F811
    tmp_path: Path,
):
    channels = [("email", MAIL), ("sms", PHONE), ("zalo", PHONE)]
    asked = [ask(channel, address) for channel, address in channels]
    seen = everything_below(tmp_path)

    def all_arrived() -> bool:
        nonlocal seen
        seen += everything_below(tmp_path)
        return DirectMessage.objects.filter(status="delivered").count() == len(asked)

    wait_until(all_arrived, what="three codes to arrive")
    with urllib.request.urlopen(f"{providers['ZALO_URL']}/arrived.json") as answer:
        arrived = answer.read().decode()
    assert arrived.count(CODE) >= 3
    seen += everything_below(tmp_path)
    assert "send_direct" in seen
    assert found(seen) == []


def test_a_code_whose_ring_was_lost_is_sent_by_the_clock(worker: Worker):
    with patch("notifications.services.direct.queueing.ring"):
        message = ask("email", MAIL)
    tasks.sweep_direct.delay()
    wait_until(lambda: _status(message) in ("accepted", "delivered"), what="the clock's ring")
    assert DirectMessage.objects.get(pk=message.pk).tries == 1


def _status(message: DirectMessage) -> str:
    return DirectMessage.objects.get(pk=message.pk).status
