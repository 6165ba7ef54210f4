"""A loader that is killed again and again: totals add up, and no row is written twice."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Sum
from django.utils import timezone

from billing.models import Payment
from customers.models import Load, LoadChange
from customers.services import loads
from customers.tests.factories import a_unit, an_account
from portal.lib.sql import database_url
from portal.settings.env import BASE_DIR
from portal.tests.workers import wait_until

ROWS, KILLS, KILLED_EARLY = 100_000, 10, 2
HEADINGS = "Mã khách hàng;Kỳ;Số tiền;Thời điểm;Kênh thu;Mã giao dịch"
LOADER = """
import os, django
django.setup()
from django.conf import settings
from django.utils import timezone
settings.LOADS_DIR, settings.LOAD_CHUNK = os.environ["LOADS_DIR"], 2_000
from customers.services import loads
from portal.lib.importing import resource_of
while loads.work(resource=resource_of("payments"), clock=timezone.now, seconds=3600):
    pass
"""


def file() -> bytes:
    """So many payments of a thousand customers; the number of each says its amount."""
    numbers = [an_account(number=f"PE01{n:09}", unit=a_unit()).number for n in range(1_000)]
    lines = [
        f"{numbers[n % 1_000]};10/2026;{n + 1};2026-11-04 12:17;Ngân hàng;GD{n:06}"
        for n in range(ROWS)
    ]
    return "\n".join((HEADINGS, *lines)).encode()


@contextmanager
def loader(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that works on the file until it is killed."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATA_DIR": str(folder),
        "LOADS_DIR": str(folder / "loads"),
        "DATABASE_URL": database_url(),
    }
    command = [sys.executable, "-W", "ignore", "-c", LOADER]
    process = subprocess.Popen(command, env=env, cwd=BASE_DIR)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def progress(load: Load) -> tuple[str, int, int]:
    """How far it is, to see that it moves."""
    load.refresh_from_db()
    return load.state, load.worked, load.rows


def kill_on_the_way(load: Load, folder: Path, *, times: int) -> None:
    """Let loaders get a little further, and kill each somewhere within its next chunk."""
    for kill in range(times):
        before = progress(load)
        with loader(folder):
            moved = partial(lambda before: progress(load) != before, before)
            wait_until(moved, what="progress", seconds=120)
            time.sleep(0.03 * kill)


@pytest.mark.django_db(transaction=True)
def test_loses_nothing_and_writes_nothing_twice(tmp_path: Path, settings: Any) -> None:
    settings.LOADS_DIR = str(tmp_path / "loads")
    load, _new = loads.bring(
        kind="payments", name="x.csv", pieces=[file()], source="desk",
        at=timezone.now(),
    )  # fmt: skip
    kill_on_the_way(load, tmp_path, times=KILLED_EARLY)
    with loader(tmp_path) as process:
        assert process.wait(timeout=300) == 0
    load.refresh_from_db()
    loads.confirm(load=load, by=None, at=timezone.now())
    kill_on_the_way(load, tmp_path, times=KILLS - KILLED_EARLY)
    load.refresh_from_db()
    assert 0 < load.created < ROWS
    with loader(tmp_path) as process:
        assert process.wait(timeout=300) == 0
    load.refresh_from_db()
    assert load.state == "done"
    sums = Payment.objects.aggregate(rows=Count("pk"), amount=Sum("amount"))
    assert sums == {"rows": ROWS, "amount": ROWS * (ROWS + 1) // 2}
    assert (load.created, load.updated, load.unchanged, load.refused) == (ROWS, 0, 0, 0)
    made = LoadChange.objects.filter(load=load, table_name="billing_payment", before__isnull=True)
    keys = [key for keys in made.values_list("made", flat=True) for key in keys]
    assert len(set(keys)) == len(keys) == ROWS
