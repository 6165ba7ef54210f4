"""Reads as they are stored: a row each while their month is open, a row a meter and month after."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from billing.services import closing
from portal.bench import Way, _city_reads
from portal.lib import sql
from portal.lib.periods import DAY, Period, local_day

WHAT = "store a city's reads"
UNIT = "reads"
METERS = 100_000
ONLY_WHEN_NAMED = True
ROUNDS = 3
TRIES = 50
CLOSED = ("billing_closedmonth", "billing_usualmoments")
DAY_IN = """
INSERT INTO billing_read AS r (meter_id, day, index_wh, quality, learned_at)
SELECT m.id, %(day)s, 90000000, 'measured', now() FROM customers_meter m WHERE m.serial LIKE 'Z%%'
ON CONFLICT (meter_id, day) DO UPDATE SET index_wh = EXCLUDED.index_wh
WHERE r.index_wh <> EXCLUDED.index_wh
"""
_open_bytes: list[float] = []


def ways() -> Iterator[Way]:
    """A day's upsert into the open reads that checks nothing; a month that is closed."""
    _city_reads.add_meters(METERS)
    today = local_day(timezone.now())
    last = Period.of_month(today).previous_month()
    _city_reads.add_open(last)
    yield Way(
        name="a day into open ones",
        units=METERS,
        prepare=lambda: _run("DELETE FROM billing_read WHERE day >= %(day)s", day=today),
        run=lambda: _run(DAY_IN, day=today),
    )
    old = last.previous_month()
    yield Way(
        name="a month closed",
        units=METERS * old.days,
        prepare=lambda: _open(old),
        run=lambda: closing.close_all(at=timezone.now(), settled=timedelta(0)),
    )


def _open(month: Period) -> None:
    _run("TRUNCATE billing_closedmonth, billing_usualmoments")
    _city_reads.add_open(month)
    _run("VACUUM ANALYZE billing_read")


def remarks() -> list[str]:
    """Bytes a read with indexes, and buffers that a month of one meter touches."""
    closed = _city_reads.bytes_of(*CLOSED) / _city_reads.closed_reads()
    _run("VACUUM ANALYZE billing_closedmonth, billing_usualmoments")
    _run("VACUUM FULL billing_read")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM billing_read")
        (count,) = cursor.fetchone()
    return [
        f"{_city_reads.bytes_of('billing_read') / count:6.1f} bytes an open read",
        f"{closed:6.1f} bytes a closed read",
        *pages(),
    ]


def pages() -> list[str]:
    """Buffers that a month of one meter touches, by the statement of every page."""
    today = local_day(timezone.now())
    last = Period.of_month(today).previous_month()
    old, moment = last.previous_month(), timezone.now()
    asked: tuple[tuple[str, Period, dict[str, Any]], ...] = (
        ("an open month", last, {}),
        ("a closed month", old, {}),
        ("a closed month, and when each was learned", old, {"with_moments": True}),
        ("a closed month as it stood at a moment", old, {"as_of": moment}),
    )
    return [f"{_buffers(month, more):6.1f} buffers, {name}" for name, month, more in asked]


def _buffers(month: Period, more: dict[str, Any]) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_account WHERE number LIKE 'PZ%' ORDER BY id")
        accounts = [account for (account,) in cursor.fetchall()][::1999][:TRIES]
        found = [_of(cursor, account, month, more) for account in accounts]
    return sum(found) / len(found)


def _of(cursor: Any, account: int, month: Period, more: dict[str, Any]) -> int:
    values = {
        "accounts": [account], "since": [month.starts_on - DAY], "before": [month.ends_before],
        "as_of": None, "with_moments": False,
    }  # fmt: skip
    text = sql.statement("billing", "reads_of")
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}", values | more)
    return _reading(cursor.fetchone()[0][0]["Plan"])


def _reading(plan: dict[str, Any]) -> int:
    """Buffers of a plan without those that find the meter of the account."""
    meter = plan.get("Relation Name") == "customers_meter"
    parts = [_reading(part) for part in plan.get("Plans", ())]
    touched = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    own = touched - sum(
        part["Shared Hit Blocks"] + part["Shared Read Blocks"] for part in plan.get("Plans", ())
    )
    return 0 if meter else int(own) + sum(parts)


def _run(text: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values or None)
