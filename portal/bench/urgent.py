"""How long an urgent message waits while workers send a million others, against idle ones."""

import atexit
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.utils import timezone

from notifications.models import Dispatch
from portal.bench import Way
from portal.bench.planning import forget, plan
from portal.celery import app
from portal.chaos import parts
from portal.demo import crowd
from portal.lib import sql
from portal.schedule import URGENT

WHAT = "send an urgent message: queued, rung for, claimed, HTTP, recorded"
UNIT = "messages"
ONLY_WHEN_NAMED = True
ACCOUNTS = 1_000_000
MESSAGES = 30
AIM_SECONDS = 10
# Until the workers have started and send as fast as they can.
WARM_UP = 20
RING = "notifications.tasks.poll"

_waited: dict[str, list[float]] = {}
_running: list["_Lanes"] = []


def ways() -> Iterator[Way]:
    """The bulk lane has no worker; it has one, and a million messages to send."""
    forget()
    crowd.gather(accounts=ACCOUNTS)
    plan()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE notifications_dispatch, notifications_notice")
    lanes = _Lanes()
    atexit.register(lanes.stop)
    for name, is_busy in {"alone": False, "a million queued": True}.items():
        yield Way(
            name=name,
            units=MESSAGES,
            prepare=lambda is_busy=is_busy: lanes.let(is_busy),  # type: ignore[misc]
            run=lambda name=name: lanes.send(name),  # type: ignore[misc]
        )
    _running.append(lanes)


def remarks() -> list[str]:
    """The slowest of a hundred, and what still waited in the end; then the workers end."""
    lanes = _running.pop()
    atexit.unregister(lanes.stop)
    lanes.stop()
    left = Dispatch.objects.filter(status=Dispatch.Status.QUEUED).count()
    return [
        *(
            f"{name}: median {statistics.median(waited):.2f} s,"
            f" 95 of 100 within {statistics.quantiles(waited, n=20)[-1]:.2f} s"
            for name, waited in _waited.items()
        ),
        f"aim: 95 of 100 within {AIM_SECONDS} s; {left:,} of the others still queued",
    ]


class _Lanes:
    """A worker for each lane and the clock, on a Redis and simulated providers of their own."""

    def __init__(self) -> None:
        self._home = home = Path(tempfile.mkdtemp(prefix="cskh-bench-"))
        self._broker = parts.Redis(home)
        providers = parts.providers(home=home, book=home / "book.txt", capacity=10_000_000)
        env = os.environ | providers.env | {
            "DATA_DIR": str(home),
            "DATABASE_URL": sql.database_url(),
            "CELERY_BROKER_URL": self._broker.url,
            "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        self._bulk = parts.worker("bulk", "bulk", home=home, env=env)
        self._others = [
            parts.worker("urgent", URGENT, home=home, env=env),
            parts.clock(home=home, env=env),
            providers,
            self._broker.part,
        ]
        # The last to be claimed: what is made urgent is not under way already.
        last = Dispatch.objects.filter(status=Dispatch.Status.QUEUED).order_by("-due_at", "-pk")
        self._next = iter(last.values_list("pk", flat=True)[: 100 * MESSAGES])

    def stop(self) -> None:
        """End every process, and with them their lines to the database."""
        for part in (self._bulk, *self._others):
            part.kill()
        shutil.rmtree(self._home)

    def let(self, is_busy: bool) -> None:
        """Start the bulk lane's worker, or kill it."""
        self._bulk.kill()
        if is_busy:
            self._bulk.start()
        time.sleep(WARM_UP)

    def send(self, name: str) -> None:
        """Make one after the other urgent, ring as a planner would, and wait for each."""
        for _ in range(MESSAGES):
            started = time.perf_counter()
            message = Dispatch.objects.filter(pk=next(self._next))
            message.update(priority=0, due_at=timezone.now())
            with app.connection_for_write(self._broker.url) as broker:
                app.send_task(RING, queue=URGENT, connection=broker)
            while message.filter(status__in=("queued", "sending")).exists():
                time.sleep(0.005)
            _waited.setdefault(name, []).append(time.perf_counter() - started)
