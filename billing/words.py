"""Use and bills in the words and numbers of the reader, for pages of every app above."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Bill
from portal.lib.money import dong
from portal.lib.periods import Period


@dataclass(frozen=True, slots=True)
class State:
    """A state as components/state.html shows it."""

    tone: str
    text: str


def full_date(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def short_date(day: date, *, today: date) -> str:
    """Day and month; with the year where it is not today's."""
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == today.year else "SHORT_DATE_FORMAT")


def span(period: Period) -> str:
    """The first and the last day of a period."""
    return f"{full_date(period.starts_on)} – {full_date(period.last_on)}"


def bill_state(bill: Bill, *, today: date) -> State:
    """Whether a bill is settled, waits, or is late."""
    if bill.total == 0:
        return State("success", _("Nothing to pay"))
    if bill.is_paid:
        return State("success", _("Paid"))
    if bill.is_overdue_on(today):
        return State("error", _("Overdue"))
    return State("warning", _("Not paid yet"))


@dataclass(frozen=True, slots=True)
class Due:
    """What one bill asks of its reader now, as components/alert.html shows it."""

    kind: str
    heading: str
    text: str


def due(bill: Bill, *, paid: int = 0, by_bank: bool, today: date) -> Due:
    """The amount still owed and until when; a bank that pays is not a person who must.

    :param paid: what came in for the bill so far, in đồng
    """
    amount, day = dong(bill.total - paid), full_date(bill.due_on)
    month = date_format(bill.month, "YEAR_MONTH_FORMAT")
    if bill.is_overdue_on(today):
        late = (today - bill.due_on).days
        return Due(
            "error",
            _("Overdue since %(day)s: %(amount)s") % {"day": day, "amount": amount},
            ngettext(
                "Bill of %(month)s, %(days)d day late.",
                "Bill of %(month)s, %(days)d days late.",
                late,
            )
            % {"month": month, "days": late},
        )
    if by_bank:
        return Due(
            "info",
            _("Your bank pays by %(day)s: %(amount)s") % {"day": day, "amount": amount},
            _("Bill of %(month)s. There is nothing for you to do.") % {"month": month},
        )
    return Due(
        "warning",
        _("To pay by %(day)s: %(amount)s") % {"day": day, "amount": amount},
        _("Bill of %(month)s.") % {"month": month},
    )
