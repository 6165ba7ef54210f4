"""Dates and times in spreadsheets: a written list of forms, day before month, Vietnamese time.

Taken: ``23/11/2026``, ``3/4/2026`` (3 April), ``23-11-2026``, ``23.11.2026``, ``2026-11-23``,
``20261123``, date cells, a spreadsheet's day count (46349); each with a time where one is wanted,
and ``2026-11-22T17:00:00Z`` brought to Viet Nam's clock first. Nothing else is guessed at.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .errors import Unreadable
from .periods import LOCAL, start_of
from .text import clean

YEARS = range(1900, 2101)
# Day 1 of a spreadsheet is 1 January 1900; its 29 February 1900, which never was, moves the origin.
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
SERIALS = range(10_000, 80_000)

_DAY = (
    r"(?:(\d{1,2})([/.-])(\d{1,2})\2(\d{4})"  # day first
    r"|(\d{4})-(\d{2})-(\d{2})"  # ISO
    r"|(\d{4})(\d{2})(\d{2}))"
)
_CLOCK = r"(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?)?"
_FORM = re.compile(_DAY + _CLOCK + r"(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2}", re.ASCII)
_MONTH_FIRST = re.compile(r"(0?[1-9]|1[0-2])([/.-])(1[3-9]|2\d|3[01])\2\d{4}", re.ASCII)

_FORMS = _("Dates are written like 23/11/2026 or 2026-11-23.")
_TWO_DIGITS = _("The year needs four digits, like 23/11/2026.")
_BAD_YEAR = _("The year {year} cannot be right; write the year of our calendar.")
_NO_SUCH_DAY = _("There is no such day or time.")
_NO_TIME = _("The time is missing; write it like 23/11/2026 07:30.")
_MONTH_BEFORE_DAY = _("{example} has the month before the day; write day/month/year everywhere.")


class NotADate(Unreadable):
    """A cell that is no day, or no time, in one of the forms taken."""


class MonthFirst(Unreadable):
    """A column in which a date can only be read with the month first."""


def check_day_first(cells: Iterable[object]) -> None:
    """See that no date of a column has its month first: then none of them could be trusted.

    :raises MonthFirst: one does
    """
    for cell in {cell for cell in cells if isinstance(cell, str)}:
        if _MONTH_FIRST.fullmatch(clean(cell).split(" ")[0]):
            raise MonthFirst(format_lazy(_MONTH_BEFORE_DAY, example=cell))


def parse_day(cell: str | float | date, *, date1904: bool = False) -> date:
    """The day in Viet Nam that a cell names; a time of day is cut off, never rounded up.

    :raises NotADate: it names none in one of the forms taken
    """
    return _moment(cell, date1904)[0].date()


def parse_instant(cell: str | float | date, *, date1904: bool = False) -> datetime:
    """The moment that a cell names, to the second, on Viet Nam's clock where it names none.

    :raises NotADate: it names none in one of the forms taken, or lacks the time
    """
    moment, has_time = _moment(cell, date1904)
    if not has_time:
        raise NotADate(_NO_TIME)
    return moment


def _moment(cell: str | float | date, date1904: bool) -> tuple[datetime, bool]:
    """The moment of a cell, and whether it told the time: a date cell does, it is midnight."""
    if isinstance(cell, datetime):
        return _in_range(_at_home(cell)), True
    if isinstance(cell, date):
        return _in_range(start_of(cell)), True
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_number(cell, date1904)
    if not isinstance(cell, str):
        raise NotADate(_FORMS)
    text = clean(cell)
    if _SERIAL.fullmatch(text):
        return _of_number(float(text), date1904)
    return _of_text(text)


def _of_number(number: float, date1904: bool) -> tuple[datetime, bool]:
    if SERIALS.start <= number < SERIALS.stop:
        epoch = EPOCH_1904 if date1904 else EPOCH_1900
        # A count of days is exact to about a millisecond: 46349.5 is noon.
        since = timedelta(milliseconds=round(number * 86_400_000))
        if since.days > int(number):
            since = timedelta(days=int(number), seconds=86_399)
        return _in_range(_at_home(start_of(epoch).replace(tzinfo=None) + since)), True
    return _of_text(str(int(number)) if float(number).is_integer() else "")


def _of_text(text: str) -> tuple[datetime, bool]:
    found = _FORM.fullmatch(text)
    if not found:
        raise NotADate(_TWO_DIGITS if _SHORT_YEAR.fullmatch(text) else _FORMS)
    d, _sep, m, y, iso_y, iso_m, iso_d, y8, m8, d8, hour, minute, second, zone = found.groups()
    year, month, day = int(y or iso_y or y8), int(m or iso_m or m8), int(d or iso_d or d8)
    if year not in YEARS:
        raise NotADate(format_lazy(_BAD_YEAR, year=year))
    try:
        moment = datetime(year, month, day, int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001 - the zone is set below
        if zone:
            moment = datetime.fromisoformat(f"{moment.isoformat()}{zone}")
    except ValueError:
        raise NotADate(_NO_SUCH_DAY) from None
    return _at_home(moment), hour is not None


def _at_home(moment: datetime) -> datetime:
    """``moment`` on Viet Nam's clock, cut to the second."""
    local = moment.astimezone(LOCAL) if moment.tzinfo else moment.replace(tzinfo=LOCAL)
    return local.replace(microsecond=0)


def _in_range(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise NotADate(format_lazy(_BAD_YEAR, year=moment.year))
    return moment
