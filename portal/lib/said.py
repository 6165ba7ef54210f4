"""Days and instants as people in Viet Nam write them, in the form of the reader's language."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime

from .periods import Period


def day(value: date) -> str:
    """A day, or the day in Viet Nam of an instant: ``23/11/2026``."""
    value = localtime(value) if isinstance(value, datetime) else value
    return date_format(value, "SHORT_DATE_FORMAT")


def moment(value: datetime) -> str:
    """An instant on Viet Nam's clock, to the minute."""
    return date_format(localtime(value), "SHORT_DATETIME_FORMAT")


def span(period: Period) -> str:
    """The first and the last day of a period."""
    return f"{day(period.starts_on)} – {day(period.last_on)}"
