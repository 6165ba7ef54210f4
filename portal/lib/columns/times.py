"""Days, moments and billing months."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.lib import dates, periods
from portal.lib.spreadsheets import Cell

from . import day_forms
from .base import Context, Mended, Parser, Prepared, Stored, Wrong, each

_TOO_LATE = _("This day lies after {day}.")
_TOO_EARLY = _("This day lies before {day}.")
_MONTH_FROM_DATE = _("The spreadsheet had turned the month into a date; it was turned back.")
_ABOUT_DAY = _("A day, like 23/11/2026.")
_ABOUT_INSTANT = _("A day and time, like 23/11/2026 14:30.")
_ABOUT_MONTH = _("A month, like 10/2026.")
_NOT_A_MONTH = _("A billing month is written like 10/2026.")


DAY = Stored("{}::date", date.isoformat, lambda day: day)
LAST_DAY = Stored(
    "({}::date + 1)", lambda day: f"{day - periods.DAY}", lambda day: day - periods.DAY
)
MONTH = Stored("('01/' || {})::date", lambda day: f"{day:%m/%Y}")
INSTANT = Stored(
    f"({{}}::timestamp AT TIME ZONE '{periods.LOCAL.key}')",
    lambda moment: f"{moment.astimezone(periods.LOCAL):%Y-%m-%d %H:%M:%S}",
    lambda moment: moment.astimezone(periods.LOCAL).replace(tzinfo=None, microsecond=0),
)
# A column without bounds holds other days, too; these are the ones that are met.
USUAL_DAYS = 800
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"


def day(*, past_days: int | None = None, future_days: int | None = None) -> Parser:
    """A day, at most so many days before and after the day of the load (0: not after today)."""
    return _days(past_days, future_days, periods_from=lambda value: value, stored=DAY)


def last_day(*, past_days: int | None = None, future_days: int | None = None) -> Parser:
    """The inclusive last day of a period, given as the day after it: ``ends_before``."""
    return _days(
        past_days, future_days, periods_from=lambda value: value + periods.DAY, stored=LAST_DAY
    )


def instant(*, past_days: int | None = None, future_days: int | None = None) -> Parser:
    """A moment, on Viet Nam's clock where the cell names no other; bounds as for :func:`day`."""

    def prepare(cells: Sequence[Cell], context: Context) -> Prepared:
        dates.check_day_first(cells)

        def read(cell: Any) -> datetime:
            value = dates.parse_instant(cell, date1904=context.date1904)
            _check(value.date(), context, past_days, future_days)
            return value

        return Prepared(read, form=f"{_form(context, past_days, future_days)} {_CLOCK}")

    return Parser(prepare, alike=_day_of, stored=INSTANT, about=_ABOUT_INSTANT)


def billing_month() -> Parser:
    """The month a bill names (10/2026), as its first day."""

    def read(cell: Cell) -> Any:
        if isinstance(cell, date) and cell.day == 1:
            return Mended(date(cell.year, cell.month, 1), _MONTH_FROM_DATE)
        if not isinstance(cell, str):
            raise Wrong(_NOT_A_MONTH)
        return periods.parse_month(cell).starts_on

    return each(read, form="(?:0[1-9]|1[0-2])/20[0-9]{2}", stored=MONTH, about=_ABOUT_MONTH)


def _days(
    past_days: int | None,
    future_days: int | None,
    *,
    periods_from: Callable[[date], date],
    stored: Stored,
) -> Parser:
    def prepare(cells: Sequence[Cell], context: Context) -> Prepared:
        dates.check_day_first(cells)

        def read(cell: Any) -> date:
            value = dates.parse_day(cell, date1904=context.date1904)
            _check(value, context, past_days, future_days)
            return periods_from(value)

        return Prepared(read, form=_form(context, past_days, future_days))

    return Parser(prepare, alike=_day_of, stored=stored, about=_ABOUT_DAY)


def _day_of(text: str) -> str:
    """What stands before the time of day; that tells whether the month comes first."""
    return text.split()[0] if text.strip() else ""


def _form(context: Context, past_days: int | None, future_days: int | None) -> str:
    """The days that may stand in a column; without a bound those of some years around the load."""
    first = context.today - timedelta(days=USUAL_DAYS if past_days is None else past_days)
    last = context.today + timedelta(days=USUAL_DAYS if future_days is None else future_days)
    return day_forms.form(first, last)


def _check(value: date, context: Context, past_days: int | None, future_days: int | None) -> None:
    today = context.today
    if future_days is not None and value > (latest := today + timedelta(days=future_days)):
        raise Wrong(format_lazy(_TOO_LATE, day=f"{latest:%d/%m/%Y}"))
    if past_days is not None and value < (earliest := today - timedelta(days=past_days)):
        raise Wrong(format_lazy(_TOO_EARLY, day=f"{earliest:%d/%m/%Y}"))
