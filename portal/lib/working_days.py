"""Working days in Viet Nam: Monday to Friday without the public holidays.

Source: Labour Code 45/2019/QH14, article 112; a holiday on a weekend is made up for by the next
working day. The days that follow the moon are listed by year, and of a year whose order is not out
yet only those that every possible order holds: a day off that is missing here makes a due day come
too early, never too late.
"""

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5

# Month and day: New Year, Reunification Day, Labour Day, National Day.
EVERY_YEAR = ((1, 1), (4, 30), (5, 1), (9, 2))
# Tết, Hùng Kings' Day, and the second day of the National Day.
BY_YEAR = {
    2026: [
        *(date(2026, 2, day) for day in range(16, 21)),
        date(2026, 4, 26),
        date(2026, 9, 1),
    ],
    2027: [
        date(2027, 2, 5),
        *(date(2027, 2, day) for day in range(8, 11)),
        date(2027, 4, 16),
    ],
}


def is_working_day(day: date) -> bool:
    """Whether offices work on ``day``."""
    return day.weekday() < SATURDAY and day not in _days_off(day.year)


def _days_off(year: int) -> set[date]:
    named = {date(year, month, day) for month, day in EVERY_YEAR} | set(BY_YEAR.get(year, ()))
    days_off = set(named)
    for day in sorted(named):
        if day.weekday() >= SATURDAY:
            days_off.add(_next_free(day, days_off))
    return days_off


def _next_free(day: date, days_off: set[date]) -> date:
    """The next day that would be worked: it is given for a holiday on a weekend."""
    while day.weekday() >= SATURDAY or day in days_off:
        day += ONE_DAY
    return day


def after(day: date, working_days: int) -> date:
    """The day on which so many working days after ``day`` have passed; ``day`` is not counted."""
    while working_days:
        day += ONE_DAY
        working_days -= is_working_day(day)
    return day


def last_until(day: date) -> date:
    """``day``, or the last working day before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day
