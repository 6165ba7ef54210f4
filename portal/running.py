"""Every part of the embedded installation in one terminal, started and stopped together."""

import fcntl
import shlex
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from honcho import manager as honcho

HOST = "127.0.0.1"  # never further than this machine: the demo's passwords are printed
PATIENCE = 15  # seconds that a part may take to end; the worker finishes what it sends
# In a container one is root; the worker takes nothing but JSON, so its warning does not apply.
AS_ROOT = "ignore:You're running the worker with superuser privileges"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What differs between two embedded installations on one machine."""

    data_dir: Path
    site_url: str
    port: int
    simulator_port: int
    smtp_port: int
    email_secret: str

    @property
    def ports(self) -> dict[str, int]:
        """The ports to listen on, by the environment variable that moves them."""
        return {
            "PORT": self.port,
            "SIMULATOR_PORT": self.simulator_port,
            "SMTP_PORT": self.smtp_port,
        }


def processes(this: Installation) -> dict[str, list[str]]:
    """The command of each part, by the name that opens its lines in the terminal."""
    python = [sys.executable, "-m"]
    schedule = str(this.data_dir / "beat" / "schedule")
    return {
        "site": [
            *python, "gunicorn", "portal.wsgi", "--bind", f"{HOST}:{this.port}", "--preload",
            "--workers", "2", "--worker-class", "gthread", "--threads", "8",
            "--log-level", "warning", "--no-control-socket",
        ],
        "worker": [
            sys.executable, "-W", AS_ROOT, "-m", "celery", "--app", "portal", "--quiet",
            # Threads: stopping a group of processes would kill forked ones in their work.
            "worker", "--pool", "threads", "--concurrency", "4", "--beat", "--schedule", schedule,
            "--without-mingle", "--without-gossip",
        ],
        "providers": [
            *python, "notifications.simulator", "--host", HOST, "--port", str(this.simulator_port),
            "--smtp-port", str(this.smtp_port),
            # eSMS is told its address with each message; this only allows the simulator to call us.
            "--callback", this.site_url, "--zalo-callback", f"{this.site_url}/hooks/zalo/",
            "--email-callback", f"{this.site_url}/hooks/email/{this.email_secret}/",
        ],
    }  # fmt: skip


def taken(this: Installation) -> dict[str, int]:
    """Those ports that somebody else listens on."""
    return {name: port for name, port in this.ports.items() if not _is_free(port)}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


class AlreadyRunning(Exception):
    """Another process runs on the same DATA_DIR."""


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process.

    :raises AlreadyRunning: another one holds it
    """
    with (data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(str(data_dir)) from None
        yield


@contextmanager
def tidy_end() -> Iterator[None]:
    """Let a closed terminal or a `kill` end us as Ctrl-C does, so that the database stops too."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    def hang_up(_number: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGTERM)  # by then the parts' manager may handle it

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, hang_up)
    yield


def run(this: Installation, *, ready: Callable[[], None]) -> int:
    """Start every part, call ``ready`` once the site answers, return when all have ended.

    The result is 0 after Ctrl-C, else the code of the part that ended first: the others are then
    stopped, as a site without its worker looks well and is not.
    """
    (this.data_dir / "beat").mkdir(exist_ok=True)
    honcho.KILL_WAIT = PATIENCE
    manager = honcho.Manager()
    for name, command in processes(this).items():
        manager.add_process(name, "exec " + shlex.join(command))
    url = f"http://{HOST}:{this.port}/readyz"
    threading.Thread(target=_announce, args=(url, ready), daemon=True).start()
    manager.loop()
    asked = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if manager.returncode in asked else manager.returncode


def _announce(url: str, ready: Callable[[], None], *, patience: float = 120) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if _answers(url):
            ready()
            return
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
