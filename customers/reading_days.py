"""Days on which a meter is read: pure, by the day of the month."""

from datetime import date, timedelta

from portal.lib.periods import Period, days_in_month

LAST_DAY = 31
"""As reading day: the last of whatever month."""
# A shorter remainder is read together with the month after it.
SHORTEST = timedelta(days=10)


def closing_in(month: date, *, day: int) -> date:
    """The day in the month of ``month`` on which the meter is read."""
    return month.replace(day=min(day, days_in_month(month)))


def first_by_new_day(*, before: int, after: int, today: date) -> date:
    """The first reading to come once the day of the month was changed on ``today``."""
    month = Period.of_month(today)
    closed = closing_in(today, day=before)
    if closed > today:
        closed = closing_in(month.previous_month().starts_on, day=before)
    while True:
        found = closing_in(month.starts_on, day=after)
        if found >= today and found - closed >= SHORTEST:
            return found
        month = month.following_month()
