"""Use held against other days, fairly: as many of both, the lunar new year on itself. Pure, Wh.

Only days that have a figure of their own on both sides count, so a gap on one side makes nobody
look thrifty.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from portal.lib.periods import DAY, Period

NEW_YEARS = Path(__file__).parent / "data" / "new_year.csv"
SAME_WEEKDAY_AGO = timedelta(days=364)
BEFORE_NEW_YEAR, AFTER_NEW_YEAR = timedelta(days=10), timedelta(days=14)
"""From when on a house lives by the holiday, and until when."""
BASE_DAYS = 28
FEWEST_BASE_DAYS = 21
QUIET = 4
"""The base of four weeks: what the fourth quietest day used, so that no single day decides."""
FEWEST_PAIRS = 3

Daily = Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Against:
    """The days of a period and as many of another one, each day with its partner."""

    days: int
    now_wh: int
    then_wh: int
    then: Period
    """From the first partner to the last."""

    @property
    def more_wh(self) -> int:
        """What was used above then; below where negative."""
        return self.now_wh - self.then_wh


@dataclass(frozen=True, slots=True)
class Base:
    """What a house uses even on its quiet days, in Wh a day: of these four weeks and of those."""

    now_wh: int
    before_wh: int

    @property
    def has_risen(self) -> bool:
        """By a fifth, and by half a kWh: less may be the weather."""
        more = self.now_wh - self.before_wh
        return more >= 500 and 5 * more >= self.before_wh


@dataclass(frozen=True, slots=True)
class Extremes:
    """The day with most and the one with least of the days known, with their Wh."""

    highest: tuple[date, int]
    lowest: tuple[date, int]


def with_last_period(daily: Daily, *, period: Period, last: Period) -> Against | None:
    """The n-th days of both periods; None where fewer than three have a figure on both sides."""
    return _paired(daily, period, lambda day: last.starts_on + (day - period.starts_on), last)


def with_last_year(daily: Daily, *, period: Period) -> Against | None:
    """The same weekdays a year ago, and around the lunar new year the same days of the holiday."""
    return _paired(daily, period, a_year_ago, None)


def _paired(
    daily: Daily, period: Period, partner: Callable[[date], date | None], within: Period | None
) -> Against | None:
    pairs = []
    for day in period:
        other = partner(day)
        if other is None or (within and other not in within):
            continue
        if day in daily and other in daily:
            pairs.append((day, other))
    if len(pairs) < FEWEST_PAIRS:
        return None
    others = [other for _day, other in pairs]
    return Against(
        days=len(pairs),
        now_wh=sum(daily[day] for day, _other in pairs),
        then_wh=sum(daily[other] for other in others),
        then=Period(min(others), max(others) + DAY),
    )


def a_year_ago(day: date) -> date | None:
    """The day of last year that is like ``day``; None where there is none.

    Around the lunar new year, that day of last year's holiday. Else the same weekday 52 weeks ago;
    where that one was a holiday, nothing is like it.
    """
    offset = from_new_year(day)
    if offset is not None:
        before = _new_year_of(day.year - 1)
        return before + offset if before else None
    other = day - SAME_WEEKDAY_AGO
    return other if from_new_year(other) is None else None


def from_new_year(day: date) -> timedelta | None:
    """How far ``day`` is from the new year's day in whose holiday it lies; None outside of one."""
    new_year = _new_year_of(day.year)
    if new_year is None:
        return None
    offset = day - new_year
    return offset if -BEFORE_NEW_YEAR <= offset <= AFTER_NEW_YEAR else None


def base(daily: Daily, *, before: date) -> Base | None:
    """The base of the four weeks before a day and of the four before; None for too few days."""
    found = []
    for ago in (0, BASE_DAYS):
        ends = before - timedelta(days=ago)
        weeks = Period(ends - timedelta(days=BASE_DAYS), ends)
        days = [daily[day] for day in weeks if day in daily]
        if len(days) < FEWEST_BASE_DAYS:
            return None
        found.append(sorted(days)[QUIET - 1])
    return Base(*found)


def extremes(daily: Daily, *, period: Period) -> Extremes | None:
    """The highest and the lowest day of a period, the first of equal ones; None for too few."""
    days = [(day, daily[day]) for day in period if day in daily]
    if len(days) < 2:
        return None
    return Extremes(max(days, key=_wh), min(days, key=_wh))


def _wh(day: tuple[date, int]) -> int:
    return day[1]


def _new_year_of(year: int) -> date | None:
    return next((day for day in _new_years() if day.year == year), None)


@lru_cache(maxsize=1)
def _new_years() -> Sequence[date]:
    """The first days of the lunar years, as the calendar of Viet Nam has them."""
    with NEW_YEARS.open(encoding="utf-8", newline="") as file:
        return [date.fromisoformat(row["first_day"]) for row in csv.DictReader(file)]
