"""Without a broker a worker finds its work by itself."""

import os
import subprocess
import sys

import pytest
from django.utils import timezone

from customers.tests.factories import a_contact, an_account
from notifications.models import Dispatch
from notifications.tests.factories import a_dispatch, a_notice, no_quiet_hours
from notifications.tests.test_simulated_sending import running_simulator
from portal.chaos.parts import free_port
from portal.settings.env import BASE_DIR
from portal.tests.workers import database_url, wait_until

pytestmark = pytest.mark.worker


def test_a_worker_whose_broker_is_away_sends_what_is_due(transactional_db: None, tmp_path):
    no_quiet_hours()
    account = an_account()
    contact = a_contact(account=account, kind="zalo", value="+84912000001")
    now = timezone.now()
    a_dispatch(notice=a_notice(account=account), channel="zalo", contact=contact, due_at=now)
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--app", "portal", "worker"]
    with running_simulator() as simulator, (tmp_path / "worker.log").open("wb") as log:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{free_port()}/0",
            "ZALO_URL": simulator.url,
            "ZALO_OAUTH_URL": simulator.url,
        }
        worker = subprocess.Popen(
            [*command, "--pool", "threads", "--concurrency", "1"],
            env=env, cwd=BASE_DIR, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_until(
                Dispatch.objects.filter(channel="zalo", status="accepted").exists,
                what="the notice to be sent without a bell",
                seconds=60,
            )
            assert len(simulator.desk.arrivals) == 1
        finally:
            worker.kill()
            worker.wait()
