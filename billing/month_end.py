"""From a reading day in the month to its last day: which period is the odd one. Pure.

The day of the first reading is the one that the customer is told (`customers.reading_days`); how
long the periods around it are, the billing cycle says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from billing import cycle
from customers.reading_days import LAST_DAY, first_by_new_day
from portal.lib.periods import DAY, Period

PAY_FROM, PAY_BY = 3, 5
"""Days of the month after the reading on which month-end readings are paid."""


@dataclass(frozen=True, slots=True)
class Move:
    """What changes when the meter is read on the last day of the month from now on."""

    old_day: int
    running: Period
    """The period as it would have been."""
    first: Period
    """The odd one: from the last reading by the old day to the first one at a month's end."""

    @property
    def pay_from(self) -> date:
        return (self.first.last_on + DAY).replace(day=PAY_FROM)

    @property
    def pay_by(self) -> date:
        return (self.first.last_on + DAY).replace(day=PAY_BY)

    @property
    def is_none(self) -> bool:
        """Whether the meter is read on the last day already."""
        return self.first == self.running


def move(*, billed: Period | None, reading_day: int, today: date) -> Move:
    """What moves on ``today``; ``billed`` is the period of the last bill."""
    running = cycle.period_at(_after(billed, today), billed=billed, reading_day=reading_day)
    if reading_day == LAST_DAY:
        return Move(reading_day, running, running)
    if running.last_on == today:
        # Read today by the old day: what begins tomorrow is the odd one.
        running = cycle.following(running, reading_day=reading_day)
    read_on = first_by_new_day(before=reading_day, after=LAST_DAY, today=today)
    first = Period.of_days(running.starts_on, read_on) if read_on >= running.starts_on else None
    if first is None or first.days < cycle.SHORTEST_DAYS:
        # Bills that follow another day than the reading day: the next month's end that is far
        # enough from the day on which they begin.
        nothing = Period(running.starts_on - DAY, running.starts_on)
        first = cycle.following(nothing, reading_day=LAST_DAY)
    return Move(reading_day, running, first)


def _after(billed: Period | None, today: date) -> date:
    """A bill that runs beyond today is over already."""
    return today if billed is None else max(today, billed.ends_before)


def coming(*, billed: Period | None, reading_day: int, today: date) -> Iterator[Period]:
    """The periods that are billed next, as things are; endless."""
    if billed is None or cycle.is_long_ago(billed, day=today):
        period = cycle.by_reading_day(today, reading_day=reading_day)
    else:
        period = cycle.following(billed, reading_day=reading_day)
    while True:
        yield period
        period = cycle.following(period, reading_day=reading_day)


def coming_moved(
    *, billed: Period | None, reading_day: int, moved: Move, today: date
) -> Iterator[Period]:
    """The same with the reading at the month's end: what was read already stays; endless."""
    for period in coming(billed=billed, reading_day=reading_day, today=today):
        if period.ends_before > moved.first.starts_on:
            break
        yield period
    period = moved.first
    while True:
        yield period
        period = cycle.following(period, reading_day=LAST_DAY)
