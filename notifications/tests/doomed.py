"""Real workers that meet their fate at a named step: ``python -m notifications.tests.doomed``.

One process imports everything once and forks a worker for each fate it is told, so that forty of
them take seconds. It reads lines: ``start {"channel": …, "log": …, "step": …, "fault": …}`` is
answered with the worker's pid, ``wait PID`` with how it ended (a signal's number is negative).
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial, wraps
from importlib import import_module

import django
import psycopg
from celery import signals
from django.conf import settings
from django.db import connections
from django.db.models.functions import Now

BEFORE_CLAIM, AFTER_CLAIM, AFTER_ATTEMPT, AFTER_ANSWER, AFTER_RESULT = STEPS = (
    "before the claim",
    "after the claim",
    "after the attempt's row",
    "after the provider's answer",
    "after the result",
)
KILL, TERM, ERROR, CUT = FAULTS = ("SIGKILL", "SIGTERM", "exception", "line to PostgreSQL cut")
# How its connections call themselves, so that they can be cut and no other.
APPLICATION = "doomed"


def main() -> None:
    """Fork and reap workers as told, until nobody tells any more."""
    django.setup()
    from portal.celery import app

    app.loader.import_default_modules()
    import_module("celery.apps.worker")
    living = set()
    for line in sys.stdin:
        word, _, rest = line.partition(" ")
        if word == "start":
            answer = os.fork() or _become_worker(**json.loads(rest))
            living.add(answer)
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(int(rest), 0)[1])
            living.discard(int(rest))
        print(answer, flush=True)  # noqa: T201
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def _become_worker(*, channel: str, log: str, step: str = "", fault: str = "") -> int:
    """Run a worker in this process, which does not return."""
    from portal.celery import app

    book = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), book, book)):
        os.dup2(file, number)
    free_own_leases = partial(_free_leases, channel)
    signals.task_failure.connect(free_own_leases, weak=False)
    free_own_leases()
    if step:
        arm(step=step, fault=fault)
    _ring_again_and_again(channel)
    app.conf.broker_transport_options = {"polling_interval": 0.02}
    worker = app.Worker(pool="threads", concurrency=1, without_mingle=True, without_gossip=True)
    worker.start()
    os._exit(worker.exitcode or 0)


def _ring_again_and_again(channel: str) -> None:
    """Be the clock: sweep and send, and once that is done, the same again."""
    from notifications import tasks
    from notifications.models import Dispatch

    def ring(**_: object) -> None:
        time.sleep(0.05)
        # A repetition is not waited for either.
        Dispatch.objects.filter(status="queued").update(due_at=Now())
        tasks.sweep.delay()
        tasks.send_bulk.delay(channel=channel)

    signals.task_postrun.connect(ring, sender=tasks.send_bulk, weak=False)
    ring()


def _free_leases(channel: str, **_: object) -> None:
    """Let nobody wait for the minute to pass: who held those of this channel is gone for sure."""
    from notifications.tests.test_promises import let_leases_run_out

    connections.close_all()
    let_leases_run_out(channel=channel)
    connections.close_all()


def arm(*, step: str, fault: str) -> None:
    """Let ``fault`` happen the first time that this process comes to ``step``."""
    from notifications.services import claiming, dispatching, rendering, routing, settling

    strike = once({KILL: _kill, TERM: _terminate, ERROR: _fail, CUT: _cut}[fault])
    if step == BEFORE_CLAIM:
        claiming.claim = before(claiming.claim, strike)
    elif step == AFTER_CLAIM:  # the last thing within its transaction
        routing.advance = before(routing.advance, strike)
    elif step == AFTER_ATTEMPT:  # the first thing after it
        rendering.messages = before(rendering.messages, strike, given="claims")
    elif step == AFTER_ANSWER:
        answered = dispatching.send_within

        async def send_within(*given: object) -> str:
            reference = await answered(*given)
            strike()
            return reference

        dispatching.send_within = send_within
    else:
        settling.settle = after(settling.settle, strike)


def once(strike: Callable[[], None]) -> Callable[[], None]:
    left = [strike]
    return lambda: left.pop()() if left else None


def before(work: Callable, strike: Callable[[], None], *, given: str = "") -> Callable:
    """``work`` after ``strike``; where it is named, only if there is something ``given``."""

    @wraps(work)
    def struck(*unnamed: object, **named: object) -> object:
        if not given or named[given]:
            strike()
        return work(*unnamed, **named)

    return struck


def after(work: Callable, strike: Callable[[], None]) -> Callable:
    @wraps(work)
    def struck(*given: object, **named: object) -> object:
        result = work(*given, **named)
        strike()
        return result

    return struck


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _fail() -> None:
    raise RuntimeError("an error that nobody expected")


def _cut() -> None:
    """End our own connections as a crash of the server would."""
    given = settings.DATABASES["default"]
    options = {**given["OPTIONS"], "application_name": "cutter"}
    place = {"host": given["HOST"], "port": given["PORT"], "password": given["PASSWORD"]}
    place = {name: value for name, value in place.items() if value}
    with psycopg.connect(dbname=given["NAME"], user=given["USER"], **(place | options)) as line:
        line.execute(
            "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            [5_000, os.environ["APPLICATION"]],
        )


if __name__ == "__main__":
    main()
