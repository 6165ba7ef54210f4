"""What a worker does while the broker is away: it looks for work by itself.

The database is the queue of record, the broker only a doorbell; without bells a notice would wait
for nothing but them.
"""

import threading
import time
from typing import Any

import structlog
from celery import Celery, bootsteps
from django.db import close_old_connections, connections

log = structlog.get_logger(__name__)

# Seconds between two looks at the broker: so long, and one round, a notice waits at most.
LOOK_EVERY = 20.0


class Poller(bootsteps.StartStopStep):
    """A thread of each worker, from before its first connection to the broker to its end."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: Any, **_: object) -> None:
        super().__init__(worker)
        self._ended = threading.Event()
        self._app: Celery = worker.app
        self._thread = threading.Thread(target=self._run, name="poller", daemon=True)

    def start(self, _worker: object) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self, _worker: object) -> None:
        """Look no more; a round under way is finished."""
        self._ended.set()
        if self._thread.ident:
            self._thread.join()

    def _run(self) -> None:
        while True:
            started = time.monotonic()
            if not _answers(self._app):
                self._work()
            if self._ended.wait(max(1.0, LOOK_EVERY - (time.monotonic() - started))):
                return

    def _work(self) -> None:
        from notifications import tasks

        log.warning("no broker: looking for work without it")
        close_old_connections()
        try:
            tasks.do_without_broker()
        except Exception:
            log.exception("work without the broker failed")
        finally:
            connections.close_all()


def _answers(app: Celery) -> bool:
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
    except Exception as error:
        # Each transport has its own; whatever it is, no bell rings.
        log.info("the broker does not answer", error=type(error).__name__)
        return False
    return True
