"""From a loaded bill to a proof that balances: a real worker and simulated providers."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from billing.tests.factories import a_bill
from customers.models import Account
from customers.tests.factories import a_contact, a_superuser, an_account, an_sms_retention
from notifications import tasks
from notifications.models import Attempt, Dispatch, Notice, ProviderToken, Run
from notifications.queries import proof
from notifications.simulator.scenarios import phone
from notifications.tests.factories import no_quiet_hours
from portal.settings.env import BASE_DIR
from portal.tests.workers import Worker, running_worker, wait_until

pytestmark = pytest.mark.worker


@pytest.fixture
def providers(live_server: LiveServer) -> Iterator[dict[str, str]]:
    """Simulated providers in a process of their own, as the environment a worker needs."""
    hooks = f"{live_server.url}/hooks"
    command = [sys.executable, "-m", "notifications.simulator", "--port", "0", "--smtp-port", "0"]
    command += ["--callback", live_server.url, "--zalo-callback", f"{hooks}/zalo/"]
    command += ["--email-callback", f"{hooks}/email/simulated/", "--mode", "plain", "--pace", "0"]
    process = subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    _word, url, _smtp, smtp_port = process.stdout.readline().split()
    yield {
        "SITE_URL": live_server.url,
        "ZALO_URL": url,
        "ZALO_OAUTH_URL": url,
        "ESMS_URL": url,
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
    }
    process.terminate()
    process.wait(timeout=30)
    process.stdout.close()


@pytest.fixture
def worker(
    transactional_db: None,
    django_db_serialized_rollback: None,
    tmp_path: Path,
    providers: dict[str, str],
) -> Iterator[Worker]:
    """A worker that knows these providers, at any hour."""
    no_quiet_hours()
    with running_worker(tmp_path, environment=providers) as worker:
        yield worker


def billed(**fields: object) -> Account:
    account = an_account(**fields)
    a_bill(account=account)
    return account


def finished() -> bool:
    """Ring for the sender until nothing is under way any more."""
    trying = Notice.objects.filter(reach=Notice.Reach.TRYING)
    if Notice.objects.exists() and not trying.exists():
        return True
    tasks.poll.delay()
    time.sleep(0.3)
    return False


def channels_of(account: Account) -> dict[str, str]:
    found = Dispatch.objects.filter(notice__account=account)
    return dict(found.values_list("channel", "status"))


def test_every_account_with_a_bill_is_told_once_by_a_channel_that_works(worker: Worker):
    by_zalo, by_email, by_sms, refused, silent = (billed() for _ in range(5))
    a_contact(account=by_zalo, kind="zalo", value="+84912000001")
    a_contact(account=by_email, kind="email", value="hanh@example.vn")
    agreed = a_contact(account=by_sms, value="+84912000003")
    an_sms_retention(account=by_sms, contact=agreed)
    a_contact(account=refused, kind="zalo", value=phone("no-zalo-account"))
    a_contact(account=refused, kind="email", value="yen@example.vn")
    a_contact(account=silent, value="+84912000005")

    tasks.plan_hourly.delay()
    wait_until(finished, what="every notice to arrive or to be given up", seconds=60)

    assert channels_of(by_zalo) == {"inbox": "accepted", "zalo": "delivered"}
    assert channels_of(by_email) == {"inbox": "accepted", "email": "delivered"}
    assert channels_of(by_sms) == {"inbox": "accepted", "sms": "delivered"}
    assert channels_of(refused) == {"inbox": "accepted", "zalo": "failed", "email": "delivered"}
    assert channels_of(silent) == {"inbox": "accepted"}
    found = proof(run=Run.objects.get(), user=a_superuser())
    assert found.balances
    assert (found.told.counts["delivered"], found.told.counts["unreachable"]) == (4, 1)
    assert set(Attempt.objects.values_list("number", flat=True)) == {1}
    assert ProviderToken.objects.get().access == "simulated-access-token"


def test_a_worker_that_is_killed_loses_nothing(worker: Worker, providers, tmp_path: Path):
    for number in range(40):
        a_contact(account=billed(), kind="zalo", value=f"+849130{number:05}")
    tasks.plan_hourly.delay()
    wait_until(Attempt.objects.exists, what="the first call")
    worker.kill()
    # What ran when it was killed stays leased until the sweeper, here without the minute's wait.
    Dispatch.objects.filter(status="sending").update(lease_until="2026-01-01T00:00:00Z")
    second = tmp_path / "second"
    second.mkdir()
    with running_worker(second, environment=providers):
        tasks.sweep.delay()
        wait_until(finished, what="the rest to be sent by another worker", seconds=60)
    told = Notice.objects.filter(reach__in=["delivered", "seen"]).count()
    assert told == 40
    assert max(Attempt.objects.values_list("number", flat=True)) <= 2
