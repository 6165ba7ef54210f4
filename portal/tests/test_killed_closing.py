"""Whoever closes months is killed again and again: no read is lost, doubled or changed."""

import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from billing.models import ClosedMonth, Read, StandingRead
from billing.services import closing
from customers.tests.factories import a_meter, an_account
from portal.lib.sql import database_url
from portal.settings.env import BASE_DIR
from portal.tests.workers import wait_until

METERS, DAYS, KILLS = 400, 90, 6
FIRST, AT = date(2026, 6, 1), datetime(2026, 12, 10, tzinfo=UTC)
CLOSER = """
import os, django
django.setup()
from datetime import datetime
from billing.services import closing
closing.METERS_AT_ONCE = 5
closing.close_all(at=datetime.fromisoformat(os.environ["AT"]))
"""
FILL = """
INSERT INTO billing_read (meter_id, day, index_wh, quality, learned_at)
SELECT m.id, %(first)s::date + n, 1000 * n + m.id,
       CASE WHEN (m.id + n) %% 9 = 0 THEN 'estimated' ELSE 'measured' END,
       %(first)s::timestamptz + make_interval(days => n + 1, mins => (m.id * n %% 7)::int)
FROM customers_meter m CROSS JOIN generate_series(0, %(days)s - 1) n
WHERE (m.id + n) %% 11 > 0
"""


def closer() -> subprocess.Popen[bytes]:
    """A process that closes months, a few meters at a time."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": database_url(),
        "AT": AT.isoformat(),
    }
    return subprocess.Popen([sys.executable, "-W", "ignore", "-c", CLOSER], env=env, cwd=BASE_DIR)


def has_more_than(months: int) -> bool:
    return ClosedMonth.objects.count() > months


@pytest.mark.django_db(transaction=True)
def test_loses_and_doubles_nothing() -> None:
    account = an_account()
    for _number in range(METERS):
        a_meter(account=account)
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"first": FIRST, "days": DAYS})
    before = list(StandingRead.objects.order_by("pk").values())
    for kill in range(KILLS):
        closed = ClosedMonth.objects.count()
        process = closer()
        try:
            wait_until(partial(has_more_than, closed), what="a chunk")
            time.sleep(0.007 * kill)
        finally:
            process.kill()
            process.wait()
    assert Read.objects.exists()
    assert list(StandingRead.objects.order_by("pk").values()) == before
    closing.close_all(at=AT, settled=timedelta(days=35))
    assert not Read.objects.exists()
    assert list(StandingRead.objects.order_by("pk").values()) == before
