"""Half-open periods of days, billing months, and which local day an instant belongs to."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from .errors import Unreadable

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)

_MONTH = re.compile(r"(0?[1-9]|1[0-2])[/.-](20\d\d)|(20\d\d)-(0[1-9]|1[0-2])")
_NOT_A_MONTH = _("A billing month is written like 10/2026.")


class NotAMonth(Unreadable):
    """A text that names no billing month."""


@dataclass(frozen=True, order=True)
class Period:
    """The days from ``starts_on`` up to, and without, ``ends_before``; at least one."""

    starts_on: date
    ends_before: date

    def __post_init__(self) -> None:
        if self.ends_before <= self.starts_on:
            raise ValueError(f"a period of no days: {self.starts_on} to {self.ends_before}")

    @classmethod
    def of_month(cls, day: date) -> "Period":
        """The calendar month that holds ``day``."""
        first = day.replace(day=1)
        return cls(first, first + timedelta(days=days_in_month(first)))

    @classmethod
    def of_days(cls, first_on: date, last_on: date) -> "Period":
        """From the first day to the last, both counted, as bills print it."""
        return cls(first_on, last_on + DAY)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends_before - self.starts_on).days

    @property
    def last_on(self) -> date:
        """The inclusive last day; for people and templates only."""
        return self.ends_before - DAY

    @property
    def is_month(self) -> bool:
        """Whether it is exactly one calendar month."""
        return self == Period.of_month(self.starts_on)

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day < self.ends_before

    def __iter__(self) -> Iterator[date]:
        return (self.starts_on + timedelta(days=n) for n in range(self.days))

    def overlap(self, other: "Period") -> "Period | None":
        """The days that both have; None where there is none."""
        starts_on = max(self.starts_on, other.starts_on)
        ends_before = min(self.ends_before, other.ends_before)
        return Period(starts_on, ends_before) if starts_on < ends_before else None

    def split(self, *days: date) -> "tuple[Period, ...]":
        """The parts that begin at the start and at each of ``days`` inside the period."""
        inside = sorted({day for day in days if self.starts_on < day < self.ends_before})
        cuts = [self.starts_on, *inside, self.ends_before]
        return tuple(Period(a, b) for a, b in pairwise(cuts))

    def following_month(self) -> "Period":
        """The calendar month that begins after the month of its last day."""
        return Period.of_month(Period.of_month(self.last_on).ends_before)

    def previous_month(self) -> "Period":
        """The calendar month before the month of its first day."""
        return Period.of_month(self.starts_on.replace(day=1) - DAY)


@dataclass(frozen=True, slots=True)
class Window:
    """The days that someone may see: from ``starts_on`` up to, and without, ``ends_before``.

    An end that is None is open.
    """

    starts_on: date | None = None
    ends_before: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.starts_on is None or day >= self.starts_on) and (
            self.ends_before is None or day < self.ends_before
        )

    def clip(self, period: Period) -> Period | None:
        """The days of ``period`` that may be seen; None where there is none."""
        starts_on = max(period.starts_on, self.starts_on or date.min)
        ends_before = min(period.ends_before, self.ends_before or date.max)
        return Period(starts_on, ends_before) if starts_on < ends_before else None

    def holds(self, period: Period) -> bool:
        """Whether every day of ``period`` may be seen."""
        return self.clip(period) == period

    def latest(self, day: date) -> date:
        """``day``, or the last day that may be seen where that lies before."""
        return day if self.ends_before is None else min(day, self.ends_before - DAY)


EVER = Window()
"""Every day there is."""


def days_in_month(day: date) -> int:
    """How many days the calendar month of ``day`` has."""
    return monthrange(day.year, day.month)[1]


def parse_month(text: str) -> Period:
    """The month that a bill names: ``10/2026``, ``10-2026``, ``10.2026`` or ``2026-10``.

    :raises NotAMonth: the text is none of these
    """
    found = _MONTH.fullmatch(text.strip())
    if not found:
        raise NotAMonth(_NOT_A_MONTH)
    month, year, iso_year, iso_month = found.groups()
    return Period.of_month(date(int(year or iso_year), int(month or iso_month), 1))


def is_day(text: str) -> bool:
    """Whether this names a day as programs do: ``2026-11-05``."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def month_name(day: date) -> str:
    """The month of ``day`` as bills name it: ``10/2026``."""
    return f"{day:%m/%Y}"


def local_day(instant: datetime) -> date:
    """The day in Viet Nam at ``instant``, which carries its time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(LOCAL).date()


def start_of(day: date) -> datetime:
    """The first instant of ``day`` in Viet Nam."""
    return datetime.combine(day, time.min, LOCAL)


def end_of(day: date) -> datetime:
    """The last instant of a day in Viet Nam."""
    return start_of(day + DAY) - timedelta(microseconds=1)
