"""Write a made-up city's exports, or load them at once: for demos, tests and benchmarks."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.services import closing
from customers.models import Load
from customers.services.loads import at_once
from portal.demo.city import City
from portal.lib.csv_lines import CsvWriter
from portal.lib.importing import resource_of
from portal.lib.periods import Period, local_day

PIECE = 2**20

Rows = Iterator[tuple[object, ...]]


class Command(BaseCommand):
    help = "Make the files of a city of any size, the same for a seed; nobody in it exists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", type=int, required=True)
        parser.add_argument("--months", type=int, default=1, help="billing months, at least 1")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--last-month", help="the newest month, as 2026-10; default the last")
        parser.add_argument(
            "--reads", type=float, default=1.0, help="share of the accounts with daily reads"
        )
        parser.add_argument("--out", type=Path, help="folder to write CSV files to")
        parser.add_argument("--load", action="store_true", help="load the rows into the database")
        parser.add_argument(
            "--close", action="store_true", help="close the months of reads but the newest"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["out"] and not options["load"]:
            raise CommandError("Say where to: --out FOLDER, --load, or both.")
        if options["accounts"] < 1 or options["months"] < 1 or not 0 <= options["reads"] <= 1:
            raise CommandError("At least one account and month; reads is a share from 0 to 1.")
        city = City(
            accounts=options["accounts"],
            months=options["months"],
            seed=options["seed"],
            last_month=last_month(options["last_month"]),
        )
        with TemporaryDirectory() as folder:
            for kind, name, rows in files(city, share=options["reads"]):
                started = time.monotonic()
                path = (options["out"] or Path(folder)) / f"{name}.csv"
                count = write(rows, path)
                if options["load"]:
                    load(kind, path)
                rate = count / max(time.monotonic() - started, 0.001)
                self.stdout.write(f"{name:<28} {count:>12,} rows {rate:>10,.0f} rows/s")
        if options["close"]:
            closing.close_all(at=timezone.now(), settled=timedelta(0))


def files(city: City, *, share: float) -> Iterator[tuple[str, str, Rows]]:
    """Each file as its kind, its name and its rows, in the order in which they are loaded."""
    yield "units", "don-vi", city.units()
    yield "accounts", "khach-hang", city.account_rows()
    if share:
        yield "reads", "chi-so-ngay", city.read_rows(share=share)
    for month in city.months_in_order():
        yield "bills", f"hoa-don-{month.starts_on:%Y-%m}", city.bill_rows(month)
        yield "payments", f"thanh-toan-{month.starts_on:%Y-%m}", city.payment_rows(month)


def last_month(text: str | None) -> date:
    """The first day of the newest month.

    :raises CommandError: it is not written like 2026-10
    """
    if text is None:
        today = local_day(timezone.now())
        return Period.of_month(today).previous_month().starts_on
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise CommandError("Write the month like 2026-10.") from None


def write(rows: Rows, path: Path) -> int:
    """Write a file as its rows are drawn, the headings first; returns how many rows follow."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = -1
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = CsvWriter(file)
        for row in rows:
            writer.write(row)
            count += 1
    return count


def load(kind: str, path: Path) -> None:
    """Load a file through the same door as every other.

    :raises CommandError: a row was refused: the city and the importer disagree
    """
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(PIECE), b"")
        found = at_once.load(
            resource=resource_of(kind), name=path.name, pieces=pieces, clock=timezone.now,
            again=True,
        )  # fmt: skip
    if found.state != Load.State.DONE or found.refused:
        refused = found.notes.filter(kind="refused").values_list("row", "why").first()
        raise CommandError(f"{kind}: {found.state} {found.why} {refused}")
