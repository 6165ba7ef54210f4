"""Counts, days, instants and durations as people write them in the reader's language."""

from datetime import date, datetime, timedelta

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import ngettext

from .periods import Period


def count(number: int) -> str:
    """How many, in groups of three digits: ``1.250``."""
    return str(number_format(number, force_grouping=True))


def day(value: date) -> str:
    """A day, or the day in Viet Nam of an instant: ``23/11/2026``."""
    value = localtime(value) if isinstance(value, datetime) else value
    return date_format(value, "SHORT_DATE_FORMAT")


def moment(value: datetime) -> str:
    """An instant on Viet Nam's clock, to the minute."""
    return date_format(localtime(value), "SHORT_DATETIME_FORMAT")


def hour(value: datetime) -> str:
    """The time of an instant on Viet Nam's clock, to the minute: ``10:42``."""
    return date_format(localtime(value), "TIME_FORMAT")


def span(period: Period) -> str:
    """The first and the last day of a period."""
    return f"{day(period.starts_on)} – {day(period.last_on)}"


def duration(time: timedelta) -> str:
    """A length of time in whole days from two on, else in hours or minutes: ``7 days``."""
    minutes = int(time.total_seconds() // 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    if days >= 2 and minutes % (24 * 60) == 0:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if hours and minutes % 60 == 0:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
