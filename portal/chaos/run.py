"""One run: a crowd is planned and sent, and faults are drawn along its way."""

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import dj_database_url
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from notifications.models import Dispatch
from notifications.services import planning
from portal.chaos import parts
from portal.chaos.audit import PENDING, Findings, compare
from portal.chaos.parts import BROKERS, Part, Postgres
from portal.demo import company, crowd

# Share of the crowd that was told when the first and the last fault strike.
FIRST, LAST = 0.02, 0.9
DATABASE_CRASHES, BROKER_FAULTS = 3, 3
# Seconds: between two looks, and without any progress until the run is over.
LOOK, PATIENCE = 0.2, 120.0
# Calls under way in one process, and its processes: what one kill can double.
AT_RISK = 20 * 2


@dataclass
class Report:
    """How a run went; seconds."""

    findings: Findings
    planned_in: float
    sent_in: float
    recovered_in: float
    struck: list[str] = field(default_factory=list)


@dataclass
class Book:
    """How many messages the providers have taken, read as the file grows."""

    path: Path
    lines: int = 0
    offset: int = 0

    def look(self) -> int:
        """The number of lines by now."""
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(self.offset)
                news = file.read()
            self.lines += news.count(b"\n")
            self.offset += len(news)
        return self.lines


class Chaos:
    """A crowd, what tells it, and the faults that strike meanwhile."""

    def __init__(self, *, home: Path, notices: int, kills: int, broker: str, seed: int) -> None:
        self.home, self.notices = home, notices
        self.chance = random.Random(seed)  # noqa: S311 faults are drawn by a seed, not a secret
        self.faults = [*self._draw(kills)]
        self.postgres = Postgres(home)
        self._use(self.postgres.url)
        self.broker = BROKERS[broker](home)
        self.book = Book(home / "book.txt")
        self.parts: dict[str, Part] = {}
        self.recovered_in = 0.0

    def run(self) -> Report:
        """Plan, send, strike, wait, compare."""
        planned_in = _seconds(self._plan)
        self._start()
        started, struck = time.monotonic(), []
        try:
            for moment, name in self.faults:
                self._until(partial(self._has_told, moment))
                self._strike(name)
                struck.append(name)
            self._until(self._is_done)
            sent_in = time.monotonic() - started
        finally:
            for part in self.parts.values():
                part.kill()
            self.broker.stop()
        return Report(compare(self.book.path), planned_in, sent_in, self.recovered_in, struck)

    def close(self) -> None:
        """Let go of the database."""
        connection.close()
        self.postgres.stop()

    def _draw(self, kills: int) -> Iterator[tuple[float, str]]:
        names = ["kill"] * kills + ["database"] * DATABASE_CRASHES
        names += [("flush", "restart")[n % 2] for n in range(BROKER_FAULTS)]
        self.chance.shuffle(names)
        moments = sorted(self.chance.uniform(FIRST, LAST) for _ in names)
        return zip(moments, names, strict=True)

    def _use(self, url: str) -> None:
        connection.close()
        connection.settings_dict.update(dj_database_url.parse(url))
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)

    def _plan(self) -> None:
        for _ in company.load(at=timezone.now()):
            pass
        crowd.gather(accounts=self.notices)
        planning.plan_hourly(at=timezone.now())
        planning.plan_due(at=timezone.now())

    def _start(self) -> None:
        providers = parts.providers(
            home=self.home, book=self.book.path, capacity=2 * self.notices + 10_000
        )
        env = os.environ | providers.env | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATA_DIR": str(self.home),
            "DATABASE_URL": self.postgres.url,
            "CELERY_BROKER_URL": self.broker.url,
            "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        self.senders = [
            parts.worker(name, queues, home=self.home, env=env)
            for name, queues in (("urgent", "urgent"), ("bulk-1", "bulk"), ("bulk-2", "bulk"))
        ]
        clock = parts.clock(home=self.home, env=env)
        self.parts = {part.name: part for part in (providers, clock, *self.senders)}

    def _has_told(self, share: float) -> bool:
        return self.book.look() >= share * self.notices

    def _until(self, happened: Callable[[], bool]) -> None:
        """Wait; whoever has ended is started again, as a supervisor would do."""
        moved_at, lines = time.monotonic(), self.book.look()
        while not happened() and time.monotonic() - moved_at < PATIENCE:
            time.sleep(LOOK)
            for part in self.parts.values():
                if not part.is_alive:
                    part.start()
            if self.book.look() != lines:
                moved_at, lines = time.monotonic(), self.book.lines

    def _strike(self, name: str) -> None:
        if name == "kill":
            sender = self.chance.choice(self.senders)
            if self.chance.randrange(2):
                sender.kill_child(self.chance)
            else:
                sender.kill()
        elif name == "database":
            connection.close()
            self.postgres.crash(seconds=self.chance.uniform(1, 6))
            self._watch_recovery()
        elif name == "flush":
            self.broker.flush()
        else:
            self.broker.restart()

    def _watch_recovery(self) -> None:
        """How long until the next message is taken once the database is back."""
        lines, started = self.book.look(), time.monotonic()
        self._until(lambda: self.book.look() > lines)
        self.recovered_in = max(self.recovered_in, time.monotonic() - started)

    def _is_done(self) -> bool:
        time.sleep(1)
        try:
            return not Dispatch.objects.filter(status__in=PENDING).exists()
        except OperationalError:
            connection.close()
            return False


def _seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started
