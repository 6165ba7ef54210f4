"""Use and bills in the words and numbers of the reader, for pages of every app above."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Bill, ServiceFee
from billing.queries import BillSheet, period_billed
from portal.lib import said
from portal.lib.money import dong
from portal.lib.quantities import kwh
from portal.lib.said import span


@dataclass(frozen=True, slots=True)
class State:
    """A state as components/state.html shows it."""

    tone: str
    text: str


def short_date(day: date, *, today: date) -> str:
    """Day and month; with the year where it is not today's."""
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == today.year else "SHORT_DATE_FORMAT")


def fee_line(fee: ServiceFee, *, today: date) -> str:
    """What a service fee is for, how much, and until when it is paid."""
    return _("%(what)s: %(amount)s, to be paid by %(day)s") % {
        "what": fee.what,
        "amount": dong(fee.amount),
        "day": short_date(fee.due_on, today=today),
    }


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
class BillRow:
    """One bill of the list."""

    month: date
    short: str
    """The month as bills name it, without the word: ``10/2026``."""
    name: str
    days: str
    kwh: str
    amount: str
    state: State

    @classmethod
    def of(cls, bill: Bill, *, today: date) -> "BillRow":
        return cls(
            month=bill.month,
            short=date_format(bill.month, "YEAR_MONTH_FORMAT"),
            name=month_heading(bill.month),
            days=span(period_billed(bill)),
            kwh=kwh(bill.usage_kwh * 1000),
            amount=dong(bill.total),
            state=bill_state(bill, today=today),
        )


class Urgency(StrEnum):
    """What an open bill asks of its reader, in the tones of components/alert.html."""

    LATE = "error"
    TO_PAY = "warning"
    BY_BANK = "info"


URGENCIES = tuple(Urgency)


def urgency_of(bill: Bill, *, by_bank: bool, today: date) -> Urgency:
    """Late is late, whoever should have paid; a bank that pays is not a person who must."""
    if bill.is_overdue_on(today):
        return Urgency.LATE
    return Urgency.BY_BANK if by_bank else Urgency.TO_PAY


def due_heading(urgency: Urgency, *, amount: int) -> str:
    """What is asked for, with the amount in đồng."""
    texts = {
        Urgency.LATE: _("Overdue: %(amount)s"),
        Urgency.TO_PAY: _("To pay: %(amount)s"),
        Urgency.BY_BANK: _("Your bank will pay: %(amount)s"),
    }
    return texts[urgency] % {"amount": dong(amount)}


def due_when(bill: Bill, *, today: date) -> str:
    """Until when, and how late that is."""
    day = said.day(bill.due_on)
    if not bill.is_overdue_on(today):
        return _("by the end of %(day)s") % {"day": day}
    late = (today - bill.due_on).days
    text = ngettext(
        "was due on %(day)s, %(days)d day ago", "was due on %(day)s, %(days)d days ago", late
    )
    return text % {"day": day, "days": late}


@dataclass(frozen=True, slots=True)
class Due:
    """What one bill asks for now, as components/alert.html shows it."""

    kind: str
    heading: str
    text: str


def due(sheet: BillSheet, *, by_bank: bool, today: date) -> Due | None:
    """What is still owed of a bill and until when; None when it is settled."""
    bill = sheet.bill
    if bill.is_paid:
        return None
    urgency = urgency_of(bill, by_bank=by_bank, today=today)
    when = due_when(bill, today=today)
    left = bill.total - sheet.paid
    text = f"{when[:1].upper()}{when[1:]}."
    if urgency is not Urgency.BY_BANK:
        text += " " + how_to_pay()
    return Due(urgency, due_heading(urgency, amount=left), text)


def how_to_pay() -> str:
    """Where one pays, and that no link of ours leads there."""
    return _(
        "Pay through your bank, an e-wallet or a collection point, as always. We send no links "
        "for paying."
    )


def month_heading(month: date) -> str:
    return _("Month %(month)s") % {"month": date_format(month, "YEAR_MONTH_FORMAT")}


def differs(sheet: BillSheet) -> str:
    """What to say where our own calculation gives another total than the bill."""
    if sheet.rating is None or not sheet.differs_by:
        return ""
    words = {
        "bill": dong(sheet.bill.total),
        "ours": dong(sheet.rating.total),
        "difference": dong(abs(sheet.differs_by)),
    }
    if sheet.differs_by > 0:
        return (
            _("The bill says %(bill)s; we work out %(ours)s, which is %(difference)s less.") % words
        )
    return _("The bill says %(bill)s; we work out %(ours)s, which is %(difference)s more.") % words


def index_differs(sheet: BillSheet) -> str:
    """What to say where the indexes give other kWh than the bill."""
    if sheet.index_kwh is None or abs(sheet.index_kwh - sheet.bill.usage_kwh) <= 1:
        return ""
    return _("The indexes give %(indexes)s, the bill says %(bill)s.") % {
        "indexes": kwh(sheet.index_kwh * 1000),
        "bill": kwh(sheet.bill.usage_kwh * 1000),
    }
