"""`make run`: what it starts, what it refuses, and that it takes everything along when it ends."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from portal import running
from portal.demo.logins import LOGINS
from portal.settings.env import BASE_DIR
from portal.tests.production import bare_environment
from portal.tests.workers import wait_until


def free_port() -> int:
    """A port that nobody listens on, with the two after it."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port < 60_000 and not running.taken(installation(port=port)):
            return port


def installation(*, port: int, data_dir: Path = Path("/nowhere")) -> running.Installation:
    """An installation as dev settings describe it."""
    return running.Installation(
        data_dir=data_dir,
        site_url=f"http://localhost:{port}",
        port=port,
        simulator_port=port + 1,
        smtp_port=port + 2,
        email_secret="hush",
    )


class TestTaken:
    def test_names_the_port_that_somebody_listens_on(self):
        with socket.socket() as somebody:
            somebody.bind(("127.0.0.1", 0))
            somebody.listen()
            port = somebody.getsockname()[1]
            assert running.taken(installation(port=port))["PORT"] == port

    def test_is_empty_where_all_are_free(self):
        assert running.taken(installation(port=free_port())) == {}


class TestAlone:
    def test_lets_one_process_in_at_a_time(self, tmp_path):
        with running.alone(tmp_path), pytest.raises(running.AlreadyRunning):  # noqa: SIM117
            with running.alone(tmp_path):
                pass
        with running.alone(tmp_path):
            assert (tmp_path / "run.lock").exists()


class TestProcesses:
    def test_listen_on_this_machine_only(self):
        commands = running.processes(installation(port=8000))
        assert "127.0.0.1:8000" in commands["site"]
        assert commands["providers"][commands["providers"].index("--host") + 1] == "127.0.0.1"


@dataclass
class Run:
    """`manage.py run` in a process of its own."""

    process: subprocess.Popen[str]
    log: Path
    port: int

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, answer.read().decode()


def start(data_dir: Path, *, port: int, **options: Any) -> subprocess.Popen[str]:
    """The command in a process of its own, with no setting of ours but these."""
    env = bare_environment() | {"DATA_DIR": str(data_dir), "PORT": str(port)}
    command = [sys.executable, "manage.py", "run"]
    return subprocess.Popen(command, cwd=BASE_DIR, env=env, text=True, **options)


@contextmanager
def started(data_dir: Path, *, port: int) -> Iterator[Run]:
    """Start it, and stop it as Ctrl-C does."""
    log = data_dir / "run.log"
    with log.open("w") as out, start(data_dir, port=port, stdout=out, stderr=out) as process:
        try:
            yield Run(process, log, port)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def is_up(run: Run) -> bool:
    assert run.process.poll() is None, run.log.read_text()
    return "Ctrl-C stops" in run.log.read_text()


def postmaster(data_dir: Path) -> int:
    """The process id of the embedded database."""
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def lives(process: psutil.Process) -> bool:
    """Whether it still runs; one that waits to be buried does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def data_dir(tmp_path_factory) -> Path:
    """A folder that the system user of the embedded database can reach."""
    folder = tmp_path_factory.mktemp("data")
    for part in (folder, folder.parent, folder.parent.parent):
        part.chmod(part.stat().st_mode | 0o755)
    return folder


class TestRun:
    """One start costs half a minute: what can be seen of it is seen in one test."""

    def test_shows_a_working_company_and_leaves_nothing_behind(self, data_dir):
        port = free_port()
        with started(data_dir, port=port) as run:
            wait_until(lambda: is_up(run), what="the first start", seconds=300)
            said = run.log.read_text()
            assert all(login.email in said and login.password in said for login in LOGINS)
            assert run.get("/readyz") == (200, '{"failing": []}')
            parts = psutil.Process(run.process.pid).children(recursive=True)
            parts.append(psutil.Process(postmaster(data_dir)))
            second = start(data_dir, port=port, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            assert f"runs already on {data_dir}" in second.communicate()[1]
        assert run.process.returncode == 0
        wait_until(lambda: not any(lives(part) for part in parts), what="the end of all parts")

        with started(data_dir, port=port) as run:
            wait_until(lambda: is_up(run), what="the second start", seconds=120)
            assert re.search(r"Loading the demo", run.log.read_text()) is None
