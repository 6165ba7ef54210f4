"""Every step of a sender × every way to be struck there: nothing lost, and no copy too many.

The senders are real workers in processes of their own, the providers speak their own protocols.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from customers.tests.factories import a_contact, an_account, an_sms_retention
from notifications.models import Attempt, Dispatch, KindPolicy
from notifications.simulator.server import Simulator
from notifications.tests.doomed import (
    AFTER_ANSWER,
    AFTER_ATTEMPT,
    APPLICATION,
    CUT,
    ERROR,
    FAULTS,
    KILL,
    STEPS,
    TERM,
)
from notifications.tests.factories import a_dispatch, a_notice, no_quiet_hours
from notifications.tests.test_simulated_sending import running_simulator
from portal.settings.env import BASE_DIR
from portal.tests.workers import database_url, wait_until

pytestmark = pytest.mark.worker

# Of a provider that does not know our reference; of one that does, never.
COPIES = {(AFTER_ANSWER, KILL): 1, (AFTER_ANSWER, ERROR): 1}
# Where a first call is written down that was never made, or never answered for.
LOST = {
    (AFTER_ATTEMPT, KILL), (AFTER_ATTEMPT, ERROR), (AFTER_ATTEMPT, CUT),
    (AFTER_ANSWER, KILL), (AFTER_ANSWER, ERROR),
}  # fmt: skip


@dataclass
class Mother:
    """The process that forks the workers of one channel."""

    channel: str
    process: subprocess.Popen[str]
    worker: int = 0

    def start(self, folder: Path, **fate: str) -> None:
        """Let a worker meet its fate; none where none is given."""
        told = {"channel": self.channel, "log": str(folder / f"{self.channel}.log"), **fate}
        self.worker = self._ask(f"start {json.dumps(told)}")

    def wait(self) -> int:
        """How the worker ended: its exit status, or minus the number of the signal."""
        pid, self.worker = self.worker, 0
        return self._ask(f"wait {pid}")

    def kill(self) -> None:
        """End the worker, if there still is one."""
        if self.worker:
            os.kill(self.worker, signal.SIGKILL)
            self.wait()

    def _ask(self, line: str) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def mother_of(
    channel: str, *, providers: str, folder: Path, smtp_port: int = 0
) -> Iterator[Mother]:
    name = f"{APPLICATION}-{channel}"
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"{database_url()}&application_name={name}",
        "APPLICATION": name,
        "CELERY_BROKER_URL": "memory://",
        "ZALO_URL": providers,
        "ZALO_OAUTH_URL": providers,
        "ESMS_URL": providers,
        "ZALO_IN_FLIGHT": "1",
        "ESMS_IN_FLIGHT": "1",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "EMAIL_IN_FLIGHT": "1",
    }
    command = [sys.executable, "-W", "ignore", "-m", "notifications.tests.doomed"]
    process = subprocess.Popen(
        command, env=env, cwd=BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Mother(channel, process)
    finally:
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def mothers(
    django_db_setup: None, simulator: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Mother]]:
    with (
        mother_of("zalo", providers=simulator.url, folder=tmp_path_factory.mktemp("zalo")) as zalo,
        mother_of("sms", providers=simulator.url, folder=tmp_path_factory.mktemp("sms")) as sms,
    ):
        yield {"zalo": zalo, "sms": sms}


@pytest.fixture(scope="module")
def postal_mother(
    django_db_setup: None, simulator: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mother]:
    folder, port = tmp_path_factory.mktemp("email"), simulator.smtp_port
    with mother_of("email", providers=simulator.url, folder=folder, smtp_port=port) as mother:
        yield mother


def two_dispatches(channel: str) -> list[Dispatch]:
    """The first one meets the fault, the second must not suffer from it."""
    made = []
    for value in ("+84912000001", "+84912000002"):
        account = an_account()
        kind = "phone" if channel == "sms" else channel
        contact = a_contact(account=account, kind=kind, value=value)
        if channel == "sms":
            an_sms_retention(account=account, contact=contact)
        notice, now = a_notice(account=account), timezone.now()
        made.append(a_dispatch(notice=notice, channel=channel, contact=contact, due_at=now))
    return made


def all_sent(channel: str) -> bool:
    return not Dispatch.objects.filter(channel=channel).exclude(status="accepted").exists()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_a_sender_struck(
    step: str,
    fault: str,
    transactional_db: None,
    simulator: Simulator,
    mothers: dict[str, Mother],
    tmp_path: Path,
):
    no_quiet_hours()
    simulator.desk.arrivals.forget()
    made = {channel: two_dispatches(channel) for channel in mothers}
    for mother in mothers.values():
        mother.start(tmp_path, step=step, fault=fault)
    try:
        for channel, mother in mothers.items():
            if fault in {KILL, TERM}:
                assert mother.wait() == (-9 if fault == KILL else 0)
                mother.start(tmp_path)
            wait_until(lambda channel=channel: all_sent(channel), what=f"{channel} to be sent")
    finally:
        for mother in mothers.values():
            mother.kill()

    for channel, dispatches in made.items():
        arrived = Counter(arrival.reference for arrival in simulator.desk.arrivals)
        copies = [arrived[one.reference.hex] for one in dispatches]
        extra = COPIES.get((step, fault), 0) if channel == "zalo" else 0
        assert copies == [1 + extra, 1], channel
        outcomes = Attempt.objects.filter(dispatch__in=dispatches).order_by("dispatch", "number")
        lost = ["lost"] if (step, fault) in LOST else []
        assert list(outcomes.values_list("outcome", flat=True)) == [*lost, "accepted", "accepted"]
        crashes = [Dispatch.objects.get(pk=one.pk).crashes for one in dispatches]
        assert crashes == [len(lost), 0]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_a_sender_struck_over_a_digest(
    step: str,
    fault: str,
    transactional_db: None,
    simulator: Simulator,
    postal_mother: Mother,
    tmp_path: Path,
):
    """Of three in one mail each fares as if it had gone alone."""
    no_quiet_hours()
    KindPolicy.objects.filter(kind="bill_issued").update(digest_within=timedelta(minutes=30))
    simulator.desk.arrivals.forget()
    made = three_to_one_address()
    postal_mother.start(tmp_path, step=step, fault=fault)
    try:
        if fault in {KILL, TERM}:
            assert postal_mother.wait() == (-9 if fault == KILL else 0)
            postal_mother.start(tmp_path)
        wait_until(lambda: all_sent("email"), what="the mails to be sent")
    finally:
        postal_mother.kill()

    mails = list(simulator.desk.arrivals)
    copies = [sum(one.notice.code in mail.text for mail in mails) for one in made]
    extra = COPIES.get((step, fault), 0)
    assert copies == [1 + extra] * 3
    # Together the first time; what a sender died over, one by one.
    was_lost = (step, fault) in LOST
    assert len(mails) == (3 if was_lost else 1) + extra
    lost = ["lost"] if was_lost else []
    for one in made:
        outcomes = one.attempts.order_by("number").values_list("outcome", flat=True)
        assert list(outcomes) == [*lost, "accepted"]


def three_to_one_address() -> list[Dispatch]:
    made = []
    for _ in range(3):
        account, now = an_account(), timezone.now()
        contact = a_contact(account=account, kind="email", value="chu.nha@example.vn")
        notice = a_notice(account=account)
        made.append(a_dispatch(notice=notice, channel="email", contact=contact, due_at=now))
    return made
