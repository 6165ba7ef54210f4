"""Reads the dated rules in `billing/data` into the plain values that rating takes.

Files are UTF-8 CSV; dates are ISO and the last day is inclusive, as decisions print it.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from billing.rating import (
    BadTariff,
    BandHours,
    PowerFactorRate,
    Price,
    PriceBook,
    Rule,
    Structure,
    Tariff,
    VatRate,
    day_after,
)

DATA = Path(__file__).parent / "data"

Row = Mapping[str, str]
T = TypeVar("T")


@lru_cache(maxsize=1)
def shipped_price_book() -> PriceBook:
    """The price book of the files that come with the product."""
    return PriceBook(load_tariffs(), load_vat_rates(), load_rules())


def load_tariffs(path: Path = DATA / "tariffs.csv") -> tuple[Tariff, ...]:
    """Every price list of a file; rows of one list may stand anywhere in it.

    :raises BadTariff: a row cannot be read, or its list is not well formed
    """
    rows = load(path, lambda row: (tariff_key(row), tariff_price(row)))
    ordered = sorted(rows, key=lambda row: str(row[0]))
    return tuple(
        tariff(key, tuple(price for _, price in group))
        for key, group in groupby(ordered, key=lambda row: row[0])
    )


def load_vat_rates(path: Path = DATA / "vat.csv") -> tuple[VatRate, ...]:
    """The VAT rates of a file.

    :raises BadTariff: a row cannot be read
    """
    return load(
        path,
        lambda row: VatRate(*dates(row), Decimal(row["percent"]), confirmed(row)),
    )


def load_rules(path: Path = DATA / "rules.csv") -> tuple[Rule, ...]:
    """The dated numbers beside the prices.

    :raises BadTariff: a row cannot be read
    """
    return load(path, lambda row: Rule(row["rule"], *dates(row), int(row["value"]), confirmed(row)))


def load_band_hours(path: Path = DATA / "bands.csv") -> tuple[BandHours, ...]:
    """Peak and off-peak hours; without a first day they are decided but not in force.

    :raises BadTariff: a row cannot be read
    """
    return load(path, band_hours)


def load_power_factor_rates(path: Path = DATA / "reactive.csv") -> tuple[PowerFactorRate, ...]:
    """What each power factor adds to the bill.

    :raises BadTariff: a row cannot be read
    """
    return load(
        path,
        lambda row: PowerFactorRate(
            row["source"],
            *dates(row),
            Decimal(row["from_cos_phi"]),
            Decimal(row["percent"]),
            int(row["from_kw"]),
            confirmed(row),
        ),
    )


def load_structures(path: Path = DATA / "structures.csv") -> tuple[Structure, ...]:
    """Price structures in percent of the average price that wait for a date and prices.

    :raises BadTariff: a row cannot be read
    """
    rows = load(
        path,
        lambda row: (
            (row["decision"], row["group"]),
            row["tier"],
            Decimal(row["percent_of_average"]),
        ),
    )
    return tuple(
        Structure(decision, group, tuple((tier, percent) for _, tier, percent in steps))
        for (decision, group), steps in groupby(rows, key=lambda row: row[0])
    )


def load(path: Path, read: Callable[[Row], T]) -> tuple[T, ...]:
    """Every row of a file, read; a row that cannot be read is named by its line.

    :raises BadTariff: a row cannot be read
    """
    return tuple(read_rows(path, read))


def read_rows(path: Path, read: Callable[[Row], T]) -> Iterator[T]:
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, strict=True), start=2):
            try:
                yield read(row)
            except (KeyError, TypeError, ValueError, InvalidOperation) as error:
                raise BadTariff(f"{path.name}, row {number}: {error!r}") from error


def tariff_key(row: Row) -> tuple[str, date, date | None, str, str, bool]:
    """What the rows of one price list have in common."""
    return (row["decision"], *dates(row), row["group"], row["voltage"], confirmed(row))


def tariff_price(row: Row) -> Price:
    return Price(row["register_or_tier"], int(row["vnd_per_kwh_before_vat"]))


def tariff(key: tuple[str, date, date | None, str, str, bool], prices: tuple[Price, ...]) -> Tariff:
    decision, valid_from, valid_before, group, voltage, is_confirmed = key
    return Tariff(decision, valid_from, valid_before, group, voltage, prices, is_confirmed)


def band_hours(row: Row) -> BandHours:
    first, last = row["weekdays"].split("-")
    return BandHours(
        source=row["source"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_before=last_day(row),
        weekdays=range(int(first), int(last) + 1),
        starts=minute(row["starts"]),
        ends=minute(row["ends"]),
        band=row["band"],
        confirmed=confirmed(row),
    )


def dates(row: Row) -> tuple[date, date | None]:
    """A row's half-open dates."""
    return date.fromisoformat(row["valid_from"]), last_day(row)


def last_day(row: Row) -> date | None:
    return day_after(date.fromisoformat(row["valid_to"]) if row["valid_to"] else None)


def minute(clock: str) -> int:
    """Minutes since midnight of `HH:MM`; 24:00 ends a day."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def confirmed(row: Row) -> bool:
    """Whether a row's source is reliable: `yes` or `no`, nothing else."""
    answers = {"yes": True, "no": False}
    return answers[row["confirmed"]]
