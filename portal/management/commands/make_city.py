"""Write a made-up city's exports, or load them at once: for demos, tests and benchmarks."""

import csv
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.services import closing
from portal.demo.city import City
from portal.lib.periods import Period, local_day
from portal.lib.spreadsheets import Cell, Sheet
from portal.site.imports import RESOURCES

ROWS_AT_ONCE = 100_000

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
        for kind, name, rows in files(city, share=options["reads"]):
            started = time.monotonic()
            count = self.take(kind, name, rows, out=options["out"], load=options["load"])
            rate = count / max(time.monotonic() - started, 0.001)
            self.stdout.write(f"{name:<28} {count:>12,} rows {rate:>10,.0f} rows/s")
        if options["close"]:
            closing.close_all(at=timezone.now(), settled=timedelta(0))

    def take(self, kind: str, name: str, rows: Rows, *, out: Path | None, load: bool) -> int:
        """Write and load one file's rows as they are drawn, so that memory stays bounded."""
        header = next(rows)
        writing = written(rows, header, out / f"{name}.csv") if out else rows
        return sum(load_or_count(kind, header, part, load) for part in parts(writing))


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


def written(rows: Rows, header: tuple[object, ...], path: Path) -> Rows:
    """The same rows, each written to the CSV file ``path`` on its way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            yield row


def parts(rows: Rows) -> Iterator[list[tuple[object, ...]]]:
    """The rows in parts of bounded size."""
    while part := list(islice(rows, ROWS_AT_ONCE)):
        yield part


def load_or_count(
    kind: str, header: tuple[object, ...], rows: Iterable[tuple[object, ...]], load: bool
) -> int:
    """Load one part through the same door as every file; returns how many rows it had.

    :raises CommandError: a row was refused: the city and the importer disagree
    """
    cells: list[tuple[int, list[Cell]]] = [
        (number, [str(cell) for cell in row]) for number, row in enumerate(rows, start=2)
    ]
    if load:
        sheet = Sheet(kind, "CSV", tuple(map(str, header)), 1, cells)
        outcome = RESOURCES[kind].load_sheet(sheet, at=timezone.now())
        if outcome.refused:
            raise CommandError(f"{kind} row {outcome.refused[0].row}: {outcome.refused[0].reason}")
    return len(cells)
