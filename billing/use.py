"""Daily use from the indexes at the end of each day: pure, whole Wh, honest about gaps.

The use of a day is the difference between its index and that of the day before, × the meter's
multiplier. Where the day before has no index, the difference belongs to several days *together*:
it counts in their sum, and no day of them gets a figure of its own. A day is estimated when
either of its two indexes is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from statistics import median_low

from billing.rating import NotRunningForward, advance
from portal.lib.periods import DAY, Period

USUAL_DAYS = 28
FEWEST_USUAL_DAYS = 7


class Mark(StrEnum):
    """How sure the use of a day is."""

    MEASURED = "measured"
    CORRECTED = "corrected"
    ESTIMATED = "estimated"
    TOGETHER = "together"
    """Known only as a sum with the days beside it."""
    DOUBTFUL = "doubtful"
    """The index went down and nothing explains it."""
    MISSING = "missing"


_SURENESS = (Mark.MEASURED, Mark.CORRECTED, Mark.ESTIMATED, Mark.DOUBTFUL)


COMES_AFTER = DAY
"""The read of a day comes the next morning; later it is late."""


@dataclass(frozen=True, slots=True)
class Index:
    """What a meter showed at the end of a day, in Wh before the multiplier."""

    day: date
    wh: int
    mark: Mark = Mark.MEASURED


@dataclass(frozen=True, slots=True)
class MeterReads:
    """The indexes of one meter by day; ``in_place`` until it is removed."""

    indexes: Sequence[Index]
    digits: int
    multiplier: int = 1
    in_place: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """The use of neighbouring days as one sum of all meters; None where it is in doubt."""

    days: Period
    wh: int | None
    mark: Mark
    rolled_over: bool = False

    @property
    def is_day(self) -> bool:
        return self.days.days == 1


@dataclass(frozen=True, slots=True)
class DayUse:
    """One day: its own use in Wh where that is known, and how sure it is."""

    day: date
    wh: int | None
    mark: Mark
    rolled_over: bool = False


@dataclass(frozen=True, slots=True)
class PeriodUse:
    """The use of a period, day by day, as far as it is known."""

    period: Period
    days: Sequence[DayUse]
    """From the first day to the last one known; in a period that is over, to its end."""
    together: Sequence[Stretch]
    """Days that share one sum, wholly inside the period: counted."""
    across: Sequence[Stretch]
    """Days that share one sum with days outside the period: not counted."""
    total_wh: int | None
    """None where nothing is known."""
    until: date | None
    """The last day whose use is counted."""

    @property
    def counted_days(self) -> int:
        """The days that the total is about."""
        return sum(day.wh is not None for day in self.days) + sum(
            stretch.days.days for stretch in self.together
        )

    @property
    def uncounted_days(self) -> int:
        """The days up to the last one known that the total says nothing about."""
        return len(self.days) - self.counted_days

    @property
    def rolled_over(self) -> bool:
        return any(day.rolled_over for day in self.days)


def stretches(meters: Iterable[MeterReads]) -> list[Stretch]:
    """The use between indexes of all meters, summed where days are the same, in order.

    With several meters in place nothing is told about the days that one of them has not sent yet.
    """
    meters = [meter for meter in meters if meter.indexes]
    ends = [meter.indexes[-1].day for meter in meters if meter.in_place]
    until = min(ends) if ends else date.max
    found = [part for meter in meters for part in _of_meter(meter) if part.days.last_on <= until]
    merged: list[Stretch] = []
    for part in sorted(found, key=lambda part: part.days):
        if merged and part.days.overlap(merged[-1].days):
            merged[-1] = _summed(merged[-1], part)
        else:
            merged.append(part)
    return merged


def _of_meter(meter: MeterReads) -> Iterable[Stretch]:
    for before, after in pairwise(meter.indexes):
        days = Period(before.day + DAY, after.day + DAY)
        mark = _mark(before, after)
        try:
            went = advance(
                before.wh, after.wh, digits=meter.digits + 3, multiplier=meter.multiplier
            )
        except NotRunningForward:
            yield Stretch(days, None, Mark.DOUBTFUL)
        else:
            yield Stretch(days, went.usage, mark, went.rolled_over)


def _mark(before: Index, after: Index) -> Mark:
    if Mark.ESTIMATED in (before.mark, after.mark):
        return Mark.ESTIMATED
    return after.mark


def _summed(one: Stretch, other: Stretch) -> Stretch:
    days = Period(
        min(one.days.starts_on, other.days.starts_on),
        max(one.days.ends_before, other.days.ends_before),
    )
    wh = None if one.wh is None or other.wh is None else one.wh + other.wh
    mark = max(one.mark, other.mark, key=_SURENESS.index)
    return Stretch(days, wh, mark, one.rolled_over or other.rolled_over)


def in_period(period: Period, *, known: Sequence[Stretch], today: date) -> PeriodUse:
    """What is known of a period that may still be running on ``today``."""
    inside = [part for part in known if _within(part.days, period)]
    counted = [part for part in inside if part.wh is not None]
    until = max((part.days.last_on for part in counted), default=None)
    return PeriodUse(
        period=period,
        days=tuple(_days(period, known, _last(period, known, today))),
        together=tuple(part for part in counted if not part.is_day),
        across=tuple(
            part
            for part in known
            if part.wh is not None and part.days.overlap(period) and part not in inside
        ),
        total_wh=sum(part.wh or 0 for part in counted) if counted else None,
        until=until,
    )


def _within(days: Period, period: Period) -> bool:
    return days.overlap(period) == days


def _last(period: Period, known: Sequence[Stretch], today: date) -> date:
    """The last day to tell about: the last one known, or the end of a period that is over."""
    if period.ends_before <= today:
        return period.last_on
    ends = [part.days.last_on for part in known if part.days.overlap(period)]
    return min(max(ends, default=period.starts_on - DAY), period.last_on)


def _days(period: Period, known: Sequence[Stretch], last_on: date) -> Iterable[DayUse]:
    by_day = {day: part for part in known for day in part.days if day in period}
    for day in period:
        if day > last_on:
            return
        yield _day(day, by_day.get(day))


def _day(day: date, part: Stretch | None) -> DayUse:
    if part is None:
        return DayUse(day, None, Mark.MISSING)
    if part.is_day or part.wh is None:
        return DayUse(day, part.wh, part.mark, part.rolled_over)
    return DayUse(day, None, Mark.TOGETHER)


def up_to_measured(known: Sequence[Stretch]) -> Sequence[Stretch]:
    """What is known up to the last figure that rests on no estimate."""
    last = max((at for at, part in enumerate(known) if part.mark != Mark.ESTIMATED), default=-1)
    return known[: last + 1]


def single_days(known: Iterable[Stretch]) -> dict[date, int]:
    """Wh of each day that has a figure of its own, which is what a forecast rests on."""
    return {part.days.starts_on: part.wh for part in known if part.is_day and part.wh is not None}


def usual(daily: dict[date, int], *, before: date) -> int | None:
    """Wh of an ordinary day: the median of those known in the four weeks before; None for few."""
    since = before - timedelta(days=USUAL_DAYS)
    recent = [wh for day, wh in daily.items() if since <= day < before]
    return median_low(recent) if len(recent) >= FEWEST_USUAL_DAYS else None


def days_until(left_wh: int, *, pace: Fraction) -> int | None:
    """After how many days at ``pace`` Wh a day so much is used up; None if it stands still."""
    return None if pace <= 0 else -int(-left_wh // pace)
