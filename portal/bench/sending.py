"""Messages from claimed to recorded, over HTTP, against one Celery task for each."""

import atexit
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection
from django.utils import timezone

from notifications.models import Attempt, Dispatch
from portal.bench import Way
from portal.bench._senders import CHANNEL, Senders
from portal.bench.planning import forget, plan
from portal.celery import app
from portal.chaos import parts
from portal.demo import crowd
from portal.lib import sql

TASK = "portal.bench._senders.send_one"
WHAT = "send messages: claim, HTTP, record"
UNIT = "messages"
MESSAGES = 1_000
LATENCY = 0.2
"""Seconds until a far provider answers, as real ones do: then senders wait, and do not compute."""
# Beside other members of a crowd.
FIRST = 5_000_001

_running: list[tuple[Senders, Callable[[], None]]] = []


def ways() -> Iterator[Way]:
    """A Celery task each; one sender; two at once; the same where an answer takes a while."""
    forget()
    crowd.gather(accounts=2 * MESSAGES, first=FIRST)
    plan()
    waiting = Dispatch.objects.filter(channel=CHANNEL, address__gt="+84915000000")
    ids = list(waiting.filter(address__lt="+84915999999").values_list("pk", flat=True))
    Dispatch.objects.exclude(pk__in=ids).delete()
    home = Path(tempfile.mkdtemp(prefix="cskh-bench-"))
    providers = parts.providers(home=home, book=home / "book.txt", capacity=1_000_000)
    far = parts.providers(home=home, book=home / "far.txt", capacity=1_000_000, latency=LATENCY)
    own = {"DATABASE_URL": sql.database_url(), "LOG_LEVEL": "ERROR"}
    env = providers.env | own
    tasks = _Tasks(home, env)
    one, two = Senders(1, env), Senders(2, env)
    one_far, two_far = Senders(1, far.env | own), Senders(2, far.env | own)

    def stop() -> None:
        for part in (providers, far, *tasks.parts):
            part.kill()
        for senders in (one, two, one_far, two_far):
            senders.stop()
        shutil.rmtree(home)

    atexit.register(stop)
    for name, run in {
        "a Celery task each": lambda: tasks.send(ids),
        "one sender": lambda: one.tell("send"),
        "two senders": lambda: two.tell("send"),
        "one, far provider": lambda: one_far.tell("send"),
        "two, far provider": lambda: two_far.tell("send"),
        "one, without HTTP": lambda: one.tell("bare"),
        "two, without HTTP": lambda: two.tell("bare"),
    }.items():
        yield Way(name=name, units=len(ids), prepare=_queue_again, run=run)
    _running.append((one, stop))


def remarks() -> list[str]:
    """What a sender needs; then the processes end, and with them their lines to the database."""
    one, stop = _running.pop()
    memory = one.tell("memory")[0]
    atexit.unregister(stop)
    stop()
    return [f"peak memory of a sender: {memory} MB"]


def _queue_again() -> None:
    """All are due, under references that no provider knows."""
    Attempt.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_dispatch SET status = 'queued', tries = 0, lease_until = NULL,"
            " provider_ref = '', accepted_at = NULL, due_at = %s, reference = gen_random_uuid()",
            [timezone.now()],
        )
        cursor.execute("VACUUM ANALYZE notifications_dispatch, notifications_attempt")


class _Tasks:
    """One worker process that takes a task for each message."""

    def __init__(self, home: Path, env: dict[str, str]) -> None:
        broker = parts.Redis(home)
        own = os.environ | env | {"DATA_DIR": str(home), "CELERY_BROKER_URL": broker.url}
        command = [sys.executable, "-W", "ignore", "-m", "celery", "--app", "portal", "worker"]
        command += ["--include", "portal.bench._senders", "--pool", "solo"]
        self._worker = parts.Part("worker", command, home=home, env=own)
        self._url = broker.url
        self.parts = [self._worker, broker.part]

    def send(self, dispatches: list[int]) -> None:
        """Queue a task for each, and wait for the last one."""
        with app.connection_for_write(self._url) as connection:
            for pk in dispatches:
                app.send_task(TASK, kwargs={"dispatch": pk}, queue="bulk", connection=connection)
        while Dispatch.objects.filter(status="queued").exists():
            time.sleep(0.02)
