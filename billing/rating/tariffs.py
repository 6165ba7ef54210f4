"""Dated rules as plain frozen values: price lists, VAT rates and the few numbers beside them.

They are fed from the files in `billing/data` or from database rows alike.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from operator import itemgetter
from typing import Protocol, TypeVar

from .errors import BadTariff, CannotRate, NoTariff, NoVatRate

BANDS = ("normal", "peak", "offpeak")
STEP = re.compile(r"(\d{1,9})(?:-(\d{1,9})|(\+))", re.ASCII)


class Kind(StrEnum):
    """How a price list prices a kWh."""

    STEPS = "steps"
    BANDS = "bands"
    FLAT = "flat"
    PREPAID = "prepaid"


class Dated(Protocol):
    """In force on `[valid_from, valid_before)`; no end means until further notice."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_before(self) -> date | None: ...


class Confirmable(Protocol):
    """A row that says whether its source is reliable enough for a real bill."""

    @property
    def confirmed(self) -> bool: ...


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Price:
    """Whole đồng for a kWh before VAT; `register` is a band, `flat`, `all`, or a step `51-100`."""

    register: str
    dong: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step of one household's month: its number from 1, its kWh (None: no end), its price."""

    number: int
    width: int | None
    dong: int


@dataclass(frozen=True)
class Tariff:
    """One decision's prices for one group at one voltage.

    :raises BadTariff: its registers are neither steps from 0 without a gap, nor the three bands,
        nor one price
    """

    decision: str
    valid_from: date
    valid_before: date | None
    group: str
    voltage: str
    prices: tuple[Price, ...]
    confirmed: bool = True

    def __post_init__(self) -> None:
        if any(type(price.dong) is not int or price.dong < 0 for price in self.prices):
            raise BadTariff(f"{self}: a price is a whole number of đồng, never negative")
        if self.kind is Kind.STEPS:
            _ = self.steps

    def __str__(self) -> str:
        return " ".join(filter(None, (self.decision, self.group, self.voltage)))

    @cached_property
    def kind(self) -> Kind:
        """How the price list prices a kWh, read from its registers."""
        registers = {price.register for price in self.prices}
        if registers == set(BANDS) and len(self.prices) == len(BANDS):
            return Kind.BANDS
        if len(self.prices) == 1 and registers <= {"flat", "all"}:
            return Kind.PREPAID if registers == {"all"} else Kind.FLAT
        if registers and all(STEP.fullmatch(register) for register in registers):
            return Kind.STEPS
        raise BadTariff(f"{self}: cannot tell steps, bands or one price from {sorted(registers)}")

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps in order, each as wide as one household's month."""
        bounds = [(*step_bounds(price.register), price.dong) for price in self.prices]
        bounds.sort(key=itemgetter(0))
        steps, reached = [], 0
        for number, (first, last, dong) in enumerate(bounds, start=1):
            if first != reached + (number > 1) or (last is None) != (number == len(bounds)):
                raise BadTariff(f"{self}: the steps do not follow each other without a gap")
            steps.append(Step(number, None if last is None else last - reached, dong))
            reached = last or reached
        return tuple(steps)

    def price(self, register: str) -> int:
        """Whole đồng for a kWh of one register."""
        return next(price.dong for price in self.prices if price.register == register)


@dataclass(frozen=True, slots=True)
class VatRate:
    """VAT on electricity in percent, by the date of the closing read."""

    valid_from: date
    valid_before: date | None
    percent: Decimal
    confirmed: bool = True

    def __str__(self) -> str:
        return f"VAT of {self.percent} % from {self.valid_from}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A number beside the prices that a decision can change, such as people in a household."""

    name: str
    valid_from: date
    valid_before: date | None
    value: int
    confirmed: bool = True

    def __str__(self) -> str:
        return f"{self.name} {self.value} from {self.valid_from}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a period under one tariff."""

    tariff: Tariff
    starts_on: date
    ends_before: date

    @property
    def days(self) -> int:
        return (self.ends_before - self.starts_on).days


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Every dated rule that a bill may need."""

    tariffs: tuple[Tariff, ...]
    vat_rates: tuple[VatRate, ...]
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        refuse_overlap(self.tariffs, lambda tariff: (tariff.group, tariff.voltage))
        refuse_overlap(self.vat_rates, lambda _: ("VAT",))
        refuse_overlap(self.rules, lambda rule: (rule.name,))

    def groups(self) -> list[str]:
        """The customer groups on record."""
        return sorted({tariff.group for tariff in self.tariffs})

    def voltages(self, group: str) -> list[str]:
        """The voltage classes of a group; one empty word where the price does not ask for it."""
        return sorted({tariff.voltage for tariff in self.tariffs if tariff.group == group})

    def tariff(self, *, group: str, voltage: str, on: date) -> Tariff:
        """The price list in force for a group and voltage on a date.

        :raises NoTariff: the group, the voltage or the date is not on record
        """
        return in_force(self._of(group, voltage), on, NoTariff(_no_price(group, voltage, on)))

    def stretches(
        self, *, group: str, voltage: str, starts_on: date, ends_before: date
    ) -> tuple[Stretch, ...]:
        """The period cut where a new tariff begins.

        :raises NoTariff: some day of it has no tariff
        """
        found, day = [], starts_on
        while day < ends_before:
            tariff = self.tariff(group=group, voltage=voltage, on=day)
            until = min(tariff.valid_before or ends_before, ends_before)
            found.append(Stretch(tariff, day, until))
            day = until
        return tuple(found)

    def vat_rate(self, *, on: date) -> VatRate:
        """The VAT rate for a bill whose closing read is on this date.

        :raises NoVatRate: none is on record
        """
        return in_force(self.vat_rates, on, NoVatRate(f"no VAT rate is on record for {on}"))

    def rule(self, name: str, *, on: date) -> Rule:
        """A named number on a date.

        :raises NoTariff: none is on record
        """
        rules = [rule for rule in self.rules if rule.name == name]
        return in_force(rules, on, NoTariff(f"no rule {name!r} is on record for {on}"))

    def _of(self, group: str, voltage: str) -> list[Tariff]:
        found = [tariff for tariff in self.tariffs if tariff.group == group]
        if not found:
            known = "; ".join(self.groups())
            raise NoTariff(f"unknown customer group {group!r}; known are: {known}")
        at_voltage = [tariff for tariff in found if tariff.voltage == voltage]
        if not at_voltage:
            raise NoTariff(_wrong_voltage(group, voltage, self.voltages(group)))
        return at_voltage


def in_force(rows: Iterable[D], on: date, otherwise: CannotRate) -> D:
    """The one row in force on a date, or `otherwise` is raised."""
    for row in rows:
        if row.valid_from <= on and (row.valid_before is None or on < row.valid_before):
            return row
    raise otherwise


def refuse_overlap(rows: Iterable[D], key: Callable[[D], tuple[str, ...]]) -> None:
    """Two rows of one key must never be in force on the same day.

    :raises BadTariff: two are
    """
    latest: dict[tuple[str, ...], D] = {}
    for row in sorted(rows, key=lambda row: row.valid_from):
        before = latest.get(key(row))
        if before is not None and (
            before.valid_before is None or row.valid_from < before.valid_before
        ):
            raise BadTariff(f"two rows of {key(row)} are in force on {row.valid_from}")
        latest[key(row)] = row


def step_bounds(register: str) -> tuple[int, int | None]:
    """First and last kWh of a step such as `51-100`, `0-50` or `401+` (no last one).

    :raises BadTariff: it is not such a step
    """
    match = STEP.fullmatch(register)
    if match is None:
        raise BadTariff(f"{register!r} is not a step such as 0-50 or 401+")
    first, last = int(match[1]), None if match[2] is None else int(match[2])
    if last is not None and last <= first:
        raise BadTariff(f"the step {register} ends where it begins or before")
    return first, last


def day_after(last_day: date | None) -> date | None:
    """From the inclusive last day of a file to the half-open end used here."""
    return None if last_day is None else last_day + timedelta(days=1)


def _no_price(group: str, voltage: str, on: date) -> str:
    return f"no price is on record for {' '.join(filter(None, (group, voltage)))} on {on}"


def _wrong_voltage(group: str, voltage: str, known: list[str]) -> str:
    if known == [""]:
        return f"group {group!r} is not priced by voltage; leave {voltage!r} out"
    return f"group {group!r} needs one of these voltages: {', '.join(known)}; got {voltage!r}"
