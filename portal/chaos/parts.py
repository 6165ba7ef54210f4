"""The parts that are struck: database, broker, providers, workers and clock, each a process."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import redis

from portal import embedded
from portal.settings.env import BASE_DIR


class Postgres:
    """The embedded server, which can be stopped as by a power cut."""

    def __init__(self, home: Path) -> None:
        self.url = embedded.database_url(home)
        self._server = embedded.server(home)

    def crash(self, *, seconds: float) -> None:
        """Stop it at once, and start it again so much later."""
        self._control("-m", "immediate", "stop")
        time.sleep(seconds)
        home = str(self._server.pgdata)
        # The wheel's own start has no patience for the recovery after a crash.
        self._control("-t", "300", "-o", f'-h "" -k {home}', "-l", f"{home}/log", "start")
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """End it for good."""
        self._server.cleanup()

    def _control(self, *arguments: str) -> None:
        command = [str(self._server.bin_path / "pg_ctl"), "-D", str(self._server.pgdata), "-w"]
        subprocess.run(  # noqa: S603
            [*command, *arguments],
            check=True, stdout=subprocess.DEVNULL, user=self._server.system_user,
        )  # fmt: skip


class Part:
    """A process of ours with its children, and a file for what it says."""

    def __init__(self, name: str, command: list[str], *, home: Path, env: dict[str, str]) -> None:
        self.name, self.command, self.env = name, command, env
        self.log = home / f"{name}.log"
        self.start()

    def start(self) -> None:
        """Start it, or start it again."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603
                self.command, env=self.env, cwd=BASE_DIR, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """`kill -9`, its children as well: the machine it runs on is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_child(self, chance: random.Random) -> None:
        """`kill -9` of one of the processes that it forked; itself where it has none."""
        if not self.is_alive:
            return
        children = psutil.Process(self.process.pid).children()
        if not children:
            self.kill()
            return
        with suppress(psutil.NoSuchProcess):
            chance.choice(sorted(children, key=lambda one: one.pid)).kill()

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None


class Files:
    """The broker of files."""

    url = "filesystem://localhost"

    def __init__(self, home: Path) -> None:
        self._queue = home / "broker" / "queue"

    def flush(self) -> None:
        """Lose every message."""
        for file in self._queue.glob("*.msg"):
            file.unlink(missing_ok=True)

    def restart(self) -> None:
        """Files are always there; what was under work is lost as well."""
        self.flush()

    def stop(self) -> None:
        """Nothing runs."""


class Redis:
    """A Redis that keeps nothing."""

    def __init__(self, home: Path) -> None:
        port = free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        program = shutil.which("redis-server") or "redis-server"
        command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
        self.part = Part("redis", [*command, "--dir", str(home)], home=home, env=dict(os.environ))

    def flush(self) -> None:
        """Lose every message."""
        client: Any = redis.Redis.from_url(self.url)
        client.flushall()
        client.close()

    def restart(self) -> None:
        """Kill it with all it holds, and start it again."""
        self.part.kill()
        time.sleep(2)
        self.part.start()

    def stop(self) -> None:
        """End it for good."""
        self.part.kill()


BROKERS: dict[str, type[Files] | type[Redis]] = {"files": Files, "redis": Redis}


def providers(*, home: Path, book: Path, capacity: int, latency: float = 0) -> Part:
    """The simulated providers: they write each message down before they answer for it.

    :param latency: seconds until each answer
    """
    port, smtp_port = free_port(), free_port()
    command = [sys.executable, "-m", "notifications.simulator", "--mode", "plain", "--pace", "0"]
    command += ["--port", str(port), "--smtp-port", str(smtp_port), "--book", str(book)]
    command += ["--capacity", str(capacity), "--zalo-quota", str(capacity)]
    command += ["--latency", str(latency)]
    part = Part("providers", command, home=home, env=dict(os.environ))
    part.env = {
        "ZALO_URL": f"http://127.0.0.1:{port}",
        "ZALO_OAUTH_URL": f"http://127.0.0.1:{port}",
        "ESMS_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        # As fast as they can.
        **dict.fromkeys(("ZALO_PER_SECOND", "ESMS_PER_SECOND", "EMAIL_PER_SECOND"), "0"),
    }
    return part


def worker(name: str, queues: str, *, home: Path, env: dict[str, str]) -> Part:
    """A worker as in production: a process that forks two."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--app", "portal", "worker"]
    command += ["--queues", queues, "--concurrency", "2", "--hostname", f"{name}@%h"]
    return Part(name, command, home=home, env=env)


def clock(*, home: Path, env: dict[str, str]) -> Part:
    """The beat."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--app", "portal", "beat"]
    return Part("beat", [*command, "--schedule", str(home / "beat")], home=home, env=env)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
