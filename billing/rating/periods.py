"""How much of a month a half-open period `[starts_on, ends_before)` is."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Months:
    """A length in months: the full ones, and `days` over the `of_days` of one month."""

    full: int
    days: int = 0
    of_days: int = 1

    @property
    def value(self) -> Fraction:
        return self.full + Fraction(self.days, self.of_days)

    def __str__(self) -> str:
        full = str(self.full) if self.full or not self.days else ""
        part = f"{self.days}/{self.of_days}" if self.days else ""
        one = (self.full, self.days) == (1, 0)
        return " + ".join(filter(None, (full, part))) + (" month" if one else " months")


def add_months(on: date, months: int) -> date:
    """The same day so many months later, or that month's last day where it has no such day."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def full_months(starts_on: date, ends_before: date) -> int:
    """How many whole months fit into the period, counted from its first day."""
    months = (ends_before.year - starts_on.year) * 12 + ends_before.month - starts_on.month
    return months if add_months(starts_on, months) <= ends_before else months - 1


def months_in(starts_on: date, ends_before: date) -> Months:
    """The period in months: the full ones, then the extra days over the days of their month.

    The extra days' month runs from the day that ends the full months to the same day of the next
    one; for 1 October to 10 November it is November: 1 + 10/30.
    """
    full = full_months(starts_on, ends_before)
    rest, following = add_months(starts_on, full), add_months(starts_on, full + 1)
    return Months(full, (ends_before - rest).days, (following - rest).days)


def days_of_previous_month(ends_before: date) -> int:
    """Calendar days of the month before the one in which the closing read falls.

    The closing read is about the last day of the period: one at 00:00 belongs to the day before.
    """
    closing = ends_before - timedelta(days=1)
    return (closing.replace(day=1) - timedelta(days=1)).day
