"""A real Celery worker in a process of its own, on the database of the test."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from kombu import pools

from portal import embedded
from portal.celery import app
from portal.lib.sql import database_url
from portal.settings.env import BASE_DIR


@dataclass(frozen=True)
class Worker:
    """The running worker."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()


def wait_until(happened: Callable[[], bool], *, what: str, seconds: float = 30) -> None:
    """Wait until ``happened()``; the limit only keeps a broken test from hanging."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)


@contextmanager
def running_worker(folder: Path, *, environment: dict[str, str] | None = None) -> Iterator[Worker]:
    """Start a worker, and let this process queue for it; both end with the block.

    The broker is CELERY_BROKER_URL where that is set, else files under ``folder``.
    """
    broker = own_broker()
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url(),
        "CELERY_BROKER_URL": broker,
        **(environment or {}),
    }
    log = folder / "worker.log"
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--app", "portal", "worker"]
    command += ["--loglevel", "INFO", "--pool", "threads", "--concurrency", "2"]
    with publishing_to(broker, folder), log.open("wb") as out:
        app.control.purge()
        process = subprocess.Popen(command, env=env, cwd=BASE_DIR, stdout=out, stderr=out)
        worker = Worker(process, log)
        try:
            wait_until(lambda: _is_ready(worker), what="the worker's start")
            yield worker
        finally:
            process.terminate()
            process.wait(timeout=30)


def own_broker() -> str:
    """The broker of this test process: with Redis one database for each of xdist's processes."""
    url = os.environ.get("TEST_BROKER_URL", "filesystem://localhost")
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return url if url.startswith("filesystem:") else f"{url.rsplit('/', 1)[0]}/{number}"


@contextmanager
def publishing_to(broker: str, folder: Path) -> Iterator[None]:
    """Let this process's tasks go to ``broker`` instead of nowhere."""
    options = embedded.broker_options(folder) if broker.startswith("filesystem:") else {}
    _publish(broker, options)
    try:
        yield
    finally:
        _publish(settings.CELERY_BROKER_URL, {})


def _publish(broker: str, options: dict[str, object]) -> None:
    pools.reset()  # kombu keeps one pool for each address, and a closed one stays closed
    os.environ["CELERY_BROKER_URL"] = broker  # Celery heeds it before any setting
    app.conf.update(broker_transport_options=options)
    app._pool = app.amqp._producer_pool = None  # both remember the broker they were made for


def _is_ready(worker: Worker) -> bool:
    assert worker.process.poll() is None, worker.log.read_text()
    return b" ready." in worker.log.read_bytes()
