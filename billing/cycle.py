"""From when to when a household is billed: pure, by the reading day and the bills so far."""

from datetime import date

from billing.rating.periods import add_months
from customers.reading_days import LAST_DAY, closing_in
from portal.lib.periods import DAY, Period

SHORTEST_DAYS = 10
"""A remainder shorter than this is billed together with the month after it."""


def by_reading_day(day: date, *, reading_day: int) -> Period:
    """The period that holds ``day``, from the day after one reading to the next reading."""
    closing = closing_in(day, day=reading_day)
    if day > closing:
        closing = closing_in(Period.of_month(day).ends_before, day=reading_day)
    before = closing_in(closing.replace(day=1) - DAY, day=reading_day)
    return Period.of_days(before + DAY, closing)


def of_month(month: date, *, reading_day: int) -> Period:
    """The period that is read, and named, in the month of ``month``."""
    return by_reading_day(closing_in(month, day=reading_day), reading_day=reading_day)


def following(billed: Period, *, reading_day: int) -> Period:
    """The period after a bill: to the next reading day, or a month where bills follow another day.

    With a reading at the end of the month the first period is longer or shorter than a month.
    """
    starts_on = billed.ends_before
    follows_day = billed.last_on == closing_in(billed.last_on, day=reading_day)
    if reading_day != LAST_DAY and not follows_day:
        return Period(starts_on, add_months(starts_on, 1))
    period = Period(starts_on, by_reading_day(starts_on, reading_day=reading_day).ends_before)
    if period.days >= SHORTEST_DAYS:
        return period
    return Period(
        starts_on, by_reading_day(period.ends_before, reading_day=reading_day).ends_before
    )


def preceding(billed: Period, *, months: int, reading_day: int) -> Period:
    """The period so many months before the first bill; together they leave no day out.

    They end where the bill begins, also where that is no day after a reading day.
    """
    before = billed.starts_on - DAY
    if before == closing_in(before, day=reading_day):
        return of_month(add_months(before.replace(day=1), 1 - months), reading_day=reading_day)
    return Period(add_months(billed.starts_on, -months), add_months(billed.starts_on, 1 - months))


def is_long_ago(billed: Period, *, day: date) -> bool:
    """Whether the last bill says nothing any more about the period that holds ``day``."""
    return billed.ends_before < add_months(day, -2)


def period_at(day: date, *, billed: Period | None, reading_day: int) -> Period:
    """The period that holds ``day``; ``billed`` is that of the last bill, which ends before it."""
    if billed is None or is_long_ago(billed, day=day):
        return by_reading_day(day, reading_day=reading_day)
    period = following(billed, reading_day=reading_day)
    while day >= period.ends_before:
        period = following(period, reading_day=reading_day)
    return period
