"""Unusual use: how often an ordinary house is warned, how often what was put in is found, the cost.

The rule was set on houses of ``SET_ON``; what stands below the table is of others, and of the
meters of the sample files, which no rule was set on.
"""

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

from django.db import connection, transaction

from billing.services import unusual_use
from billing.unusual import RULES, USUAL_DAYS, judge
from customers.models import Account
from portal.bench import Way
from portal.bench.forecasting import made_up
from portal.demo import crowd
from portal.lib.periods import DAY, LOCAL

WHAT = "find unusual use among all meters, each against its eight weeks before"
UNIT = "accounts"
ROUNDS = 3
ACCOUNTS = 4_000
HELD_BACK, HOUSES = 10_000, 400
"""The first house that the rule was not set on, and how many are tried."""
NIGHTS_FROM, NIGHTS = date(2026, 1, 1), 300
QUIET = timedelta(days=30)
SAMPLE = Path(__file__).parents[1] / "demo" / "data" / "chi-so-ngay.csv"
AT = datetime(2026, 11, 1, 6, tzinfo=LOCAL)
LAST = date(2026, 10, 31)
SERIAL = "BENCH"

Daily = Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Put:
    """What is put into a house from a day on, and within how many days it has to be found."""

    name: str
    more: Callable[[int], int]
    lasts: int
    within: int


PUT = (
    Put("8 kWh a day more, for a week", lambda wh: wh + 8_000, lasts=7, within=7),
    Put("twice as much, for two weeks", lambda wh: 2 * wh, lasts=14, within=14),
    Put("3 kWh a day more, for a month", lambda wh: wh + 3_000, lasts=30, within=30),
)


def ways() -> Iterator[Way]:
    """The loop reads as the statement does, and judges house by house."""
    _make()
    keys = sorted(Account.objects.values_list("pk", flat=True))
    yield Way(name="Python loop", units=len(keys), run=lambda: loop(keys))
    yield Way(name="one statement", units=len(keys), run=ask)


def remarks() -> list[str]:
    """False alarms and finds, house by house and night by night."""
    said = [_false_alarms("made-up houses", map(made_up, _held_back()))]
    said += [_false_alarms("sample meters", _sample())]
    return said + [_found(put) for put in PUT]


def loop(keys: list[int]) -> int:
    """Each account's reads fetched by themselves, and judged by the rule in Python."""
    hits = 0
    since = LAST - unusual_use.LOOKBACK
    for key in keys:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.day, r.index_wh FROM customers_meter m, billing_reads("
                "m.id, %s::date, 'infinity', NULL, false) r WHERE m.account_id = %s ORDER BY r.day",
                [since, key],
            )
            rows = cursor.fetchall()
        daily = {
            day: index - before
            for (eve, before), (day, index) in itertools.pairwise(rows)
            if day - eve == DAY
        }
        hits += bool(daily) and any(judge(daily, until=max(daily), rule=rule) for rule in RULES)
    return hits


def ask() -> None:
    """The nightly statements, taken back; the sample is a tenth, of millions it is less."""
    with transaction.atomic(), patch.object(unusual_use, "SAMPLE", ACCOUNTS // 10):
        unusual_use.find(at=AT)
        transaction.set_rollback(True)


def alarms(daily: Daily, nights: Iterable[date]) -> list[date]:
    """The nights on which this house would be warned: once in thirty days at most."""
    said: list[date] = []
    for until in nights:
        if said and until - said[-1] < QUIET:
            continue
        if until in daily and any(judge(daily, until=until, rule=rule) for rule in RULES):
            said.append(until)
    return said


def _held_back() -> range:
    return range(HELD_BACK, HELD_BACK + HOUSES)


def _nights(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


def _false_alarms(name: str, houses: Iterable[Daily]) -> str:
    """Of houses in which nothing was put: every warning is a false one."""
    tried, months, false = 0, 0.0, 0
    for daily in houses:
        first = max(min(daily) + USUAL_DAYS, NIGHTS_FROM)
        nights = [day for day in _nights(first, NIGHTS) if day <= max(daily)]
        tried += 1
        months += len(nights) / 30
        false += len(alarms(daily, nights))
    return (
        f"{name}: {false} false alarms in {months:,.0f} months of {tried} houses,"
        f" {1000 * false / max(months, 1):.1f} in 1,000"
    )


def _found(put: Put) -> str:
    """Put into each house on a day of its own, and looked for each night."""
    found = days = 0
    for number in _held_back():
        daily = dict(made_up(number))
        since = date(2026, 3, 10) + timedelta(days=Random(number).randrange(200))  # noqa: S311
        for day in _nights(since, put.lasts):
            if day in daily:
                daily[day] = put.more(daily[day])
        said = alarms(daily, _nights(since, put.within))
        found += bool(said)
        days += (said[0] - since).days + 1 if said else 0
    mean = days / found if found else 0
    return f"{put.name}: found {100 * found / HOUSES:.0f} of 100, after {mean:.1f} days"


def _sample() -> Iterator[Daily]:
    """The meters of the sample files; estimates and what cannot be read are left out."""
    reads: dict[str, dict[date, int]] = {}
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["Chất lượng"] == "TT":
                with suppress(ValueError):
                    day = date.fromisoformat("-".join(reversed(row["Ngày"].split("/"))))
                    wh = round(float(row["Chỉ số"].replace(",", ".")) * 1000)
                    reads.setdefault(row["Số công tơ"], {})[day] = wh
    for indexes in reads.values():
        days = [day for day in indexes if day - DAY in indexes]
        went = {day: indexes[day] - indexes[day - DAY] for day in days}
        if went:
            yield {day: wh for day, wh in went.items() if wh >= 0}


def _make() -> None:
    """Accounts with the reads of 75 days, made by the database."""
    crowd.gather(accounts=ACCOUNTS)
    with connection.cursor() as cursor:
        cursor.execute(MADE, {"serial": SERIAL, "last": LAST})
        cursor.execute("ANALYZE billing_read; ANALYZE customers_meter; ANALYZE customers_account")


MADE = """
INSERT INTO customers_meter (account_id, serial, multiplier, digits)
SELECT a.id, %(serial)s || a.id, 1, 6 FROM customers_account a
WHERE NOT EXISTS (SELECT FROM customers_meter m WHERE m.account_id = a.id);
INSERT INTO billing_read (meter_id, day, index_wh, quality, learned_at)
SELECT m.id, %(last)s::date - ago, 1000000 + (75 - ago) * (3000 + m.id %% 9000)
       + (m.id * 7919 + ago * 104729) %% 1500, 'measured', now()
FROM customers_meter m CROSS JOIN generate_series(0, 75) ago
WHERE m.serial LIKE %(serial)s || '%%';
"""
