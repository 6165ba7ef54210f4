"""A city's daily reads from a CSV file, against what else could write them, in time and in work.

How many rows is in the environment: ``ROWS=1000000 make bench ONLY=loading_city``.
"""

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
import tablib
from django.db import connection, transaction
from django.utils import timezone
from import_export.resources import ModelResource

from billing.models import Read
from customers.models import Load, LoadChange, Meter, User
from customers.services import loads
from customers.services.loads import at_once, files, staging, working
from portal.bench import Way
from portal.demo.city import City
from portal.demo.logins import SUPERVISOR
from portal.lib.importing import resource_of
from portal.lib.sql import database_url
from portal.settings.env import BASE_DIR

WHAT = "load a city's daily reads"
UNIT = "rows"
ONLY_WHEN_NAMED = True
ROUNDS = 3

ROWS = int(os.environ.get("ROWS", "200000"))
DAYS, SAMPLE, BULK = 31, 500, 50_000
MONTH = date(2026, 10, 1)
KIND = "reads"
BARE, OURS, BULK_CREATE, STOCK = "COPY and upsert", "load", "bulk_create", "import-export"
BARE_AGAIN, AGAIN = "upsert again", "load again"
_work: dict[str, list[float]] = {}
_took: dict[str, list[float]] = {}
_folder = tempfile.TemporaryDirectory(prefix="cskh-bench-")


def ways() -> Iterator[Way]:
    """The least a database can be asked for; ours, alone and as people use it; the usual ones."""
    path = _city()
    with connection.cursor() as cursor:
        # The work of helpers of the database would be counted nowhere.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    sample = list(islice(csv.reader(path.open(encoding="utf-8-sig"), delimiter=";"), SAMPLE + 1))
    for name, units, run, prepare in (
        (BARE, ROWS, lambda: _bare(path), _forget),
        (OURS, ROWS, lambda: apply(path), _forget),
        ("preview and load", ROWS, lambda: load(path), _forget),
        (AGAIN, ROWS, lambda: _again(path), lambda: None),
        (BARE_AGAIN, ROWS, lambda: _bare(path), lambda: None),
        (BULK_CREATE, BULK, lambda: _bulk(path), _forget),
        (STOCK, SAMPLE, lambda: _stock(sample), _forget),
    ):
        yield Way(name=name, units=units, prepare=prepare, run=_counted(name, units, run))


def remarks() -> list[str]:
    """Processors and seconds for a million rows, each aim beside what was found; peak memory."""
    work = {name: statistics.median(spent) for name, spent in _work.items()}
    took = {name: statistics.median(seconds) for name, seconds in _took.items()}
    found = [
        f"{name:<20} {spent:>8.1f} s of processors for 1 M rows {spent / work[BARE]:>7.1f} ×"
        for name, spent in work.items()
    ]
    found += [
        f"{share:>7.2f} × {what} (aim: {aim})"
        for share, what, aim in (
            (took[BARE] / took[OURS], "the speed of COPY and upsert", "at least 0.7"),
            (work[OURS] / work[BARE], "the processors of COPY and upsert", "at most 1.5"),
            (work[BULK_CREATE] / work[OURS], "our processors is bulk_create", "at least 2.5"),
            (took[STOCK] / took[OURS], "our time is import-export", "at least 50"),
            (took[BARE_AGAIN] / took[AGAIN], "our time again is an upsert again", "at least 1.3"),
        )
    ]
    for share in (5, 1):
        rows = ROWS // share
        found.append(f"peak memory of a process that loads {rows:,} rows: {_peak(rows)} MB")
    _folder.cleanup()
    return found


def _again(path: Path) -> None:
    """The same file once more: no row gets a new version."""
    before = _versions()
    apply(path)
    if _versions() != before:
        raise RuntimeError("a read was written again")


def _versions() -> object:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(xmin::text::bigint), sum(hashtid(ctid)::bigint) FROM billing_read"
        )
        return cursor.fetchone()


def _counted(name: str, units: int, run: Callable[[], object]) -> Callable[[], None]:
    """``run``, with the work of this process and of its line to the database noted."""

    def counted() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        both = [psutil.Process(), psutil.Process(pid)]
        before = [sum(one.cpu_times()[:2]) for one in both]
        began = time.perf_counter()
        run()
        after = [sum(one.cpu_times()[:2]) for one in both]
        _took.setdefault(name, []).append((time.perf_counter() - began) * 1_000_000 / units)
        _work.setdefault(name, []).append((sum(after) - sum(before)) * 1_000_000 / units)

    return counted


def _city() -> Path:
    """Its companies and accounts, loaded; its reads, written to a file."""
    city = City(accounts=ROWS // DAYS + 1, months=1, seed=1, last_month=MONTH)
    for kind, rows in (("units", city.units()), ("accounts", city.account_rows())):
        load(written(f"{kind}.csv", rows), kind=kind)
    # A few accounts are of the demo company, too: their meters count as exchanged today.
    Meter.objects.update(installed_on=None)
    return written("reads.csv", islice(city.read_rows(share=1.0), ROWS + 1))


def written(name: str, rows: Iterator[tuple[object, ...]]) -> Path:
    path = Path(_folder.name) / name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE billing_read, customers_loadchange")
        cursor.execute("VACUUM ANALYZE customers_account, customers_meter")


@transaction.atomic
def _bare(path: Path) -> None:
    """What psql would do: COPY, and one upsert that asks nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL datestyle = 'ISO, DMY'")
        cursor.execute(
            "CREATE TEMP TABLE bare (number text, serial text, day date, kwh text, quality text)"
            " ON COMMIT DROP"
        )
        copy = "COPY bare FROM STDIN WITH (FORMAT csv, DELIMITER ';', HEADER, ENCODING 'UTF8')"
        with cursor.copy(copy) as sink, path.open("rb") as file:
            file.seek(3)
            while piece := file.read(2**20):
                sink.write(piece)
        cursor.execute(
            "INSERT INTO billing_read (meter_id, day, index_wh, quality, learned_at)"
            " SELECT m.id, b.day, replace(b.kwh, ',', '.')::numeric * 1000, 'measured', now()"
            " FROM bare b"
            " JOIN customers_account a ON a.number = b.number"
            " JOIN customers_meter m ON m.account_id = a.id AND m.serial = b.serial"
            " ON CONFLICT (meter_id, day) DO UPDATE SET index_wh = excluded.index_wh,"
            " quality = excluded.quality, learned_at = excluded.learned_at"
        )


def load(path: Path, *, kind: str = KIND) -> Load:
    """The whole way of a file: kept, read, previewed, written in chunks, each change noted.

    A made-up city beside the demo's company is unusual: the demo's supervisor lets it in.
    """
    found = at_once.load(
        resource=resource_of(kind),
        name=path.name,
        pieces=[path.read_bytes()],
        clock=timezone.now,
        again=True,
        released_by=User.objects.get(email=SUPERVISOR.email),
    )
    return _whole(found)


def apply(path: Path) -> Load:
    """The same without the preview."""
    at, resource = timezone.now(), resource_of(KIND)
    load, _new = loads.take(
        kind=KIND, name=path.name, kept=files.keep([path.read_bytes()]), source="command", at=at,
        again=True,
    )  # fmt: skip
    staging.stage(load=load, resource=resource, at=at)
    Load.objects.filter(pk=load.pk).update(state="applying", mark=None)
    while working.apply_chunk(load=load, resource=resource, at=timezone.now()):
        pass
    working.finish(load, resource=resource, at=timezone.now())
    load.refresh_from_db()
    return _whole(load)


def _whole(load: Load) -> Load:
    """A made-up city may name a meter or two of the demo's; more may not be refused."""
    if load.state != "done" or load.refused > load.rows // 1_000:
        why = [load.why, *load.notes.values_list("row", "column", "before", "why")[:3]]
        raise RuntimeError(f"{load.state}: {load.report.get('doubts')}, {why}")
    return load


def _bulk(path: Path) -> None:
    """As one writes it by hand: look the meters up, build objects, and let Django upsert them."""
    meters = dict(Meter.objects.values_list("serial", "pk"))
    with path.open(encoding="utf-8-sig") as file:
        rows = list(islice(csv.reader(file, delimiter=";"), BULK + 1))[1:]
    at = timezone.now()
    reads = [
        Read(meter_id=meters[serial], day=_day(day), index_wh=_wh(kwh), learned_at=at)
        for _number, serial, day, kwh, _quality in rows
    ]
    Read.objects.bulk_create(
        reads, batch_size=1_000, update_conflicts=True, unique_fields=["meter", "day"],
        update_fields=["index_wh", "quality", "learned_at"],
    )  # fmt: skip


def _wh(kwh: str) -> int:
    return round(float(kwh.replace(",", ".")) * 1000)


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date() if "/" in text else date.fromisoformat(text)  # noqa: DTZ007


class _StockResource(ModelResource):
    """django-import-export as it comes: row by row."""

    class Meta:
        model = Read
        fields = ("meter", "day", "index_wh", "quality", "learned_at")
        import_id_fields = ("meter", "day")


def _stock(sample: list[list[str]]) -> None:
    meters = dict(Meter.objects.values_list("serial", "pk"))
    headers = ["meter", "day", "index_wh", "quality", "learned_at"]
    at = timezone.now().strftime("%Y-%m-%d %H:%M:%S")
    rows = [
        (meters[serial], str(_day(day)), _wh(kwh), "measured", at)
        for _number, serial, day, kwh, _quality in sample[1:]
    ]
    result: Any = _StockResource().import_data(tablib.Dataset(*rows, headers=headers))
    if result.has_errors() or result.has_validation_errors():
        raise RuntimeError(result.row_errors() or result.invalid_rows)


_CHILD = """
import resource, sys
import django
django.setup()
from pathlib import Path
from portal.bench import loading_city
loading_city.load_in_parts(Path(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def load_in_parts(path: Path) -> None:
    """What the worker does, preview and all."""
    load(path)


def _peak(rows: int) -> int:
    """Megabytes of a process that previews and loads so many rows."""
    LoadChange.objects.all().delete()
    Load.objects.all().delete()
    whole = Path(_folder.name) / "reads.csv"
    part = Path(_folder.name) / f"reads-{rows}.csv"
    with whole.open("rb") as source, part.open("wb") as target:
        target.writelines(islice(source, rows + 1))
    env = os.environ | {"DATABASE_URL": database_url(), "LOADS_DIR": _folder.name}
    command = [sys.executable, "-W", "ignore", "-c", _CHILD, str(part)]
    done = subprocess.run(  # noqa: S603 - ourselves
        command, env=env, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True, check=True
    )
    return int(done.stdout.split()[-1])
