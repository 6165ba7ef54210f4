"""What an agent tells a caller in numbers before they say yes, by the kind of the arrangement."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing import rating
from billing.models import Bill
from billing.queries import Expected, month_end_of
from customers.forms import AgreedForm
from customers.models import Arrangement
from customers.models.arrangements import first_day_to_debit
from customers.reading_days import LAST_DAY
from notifications.services import sms_costs
from portal.lib.money import dong
from portal.lib.periods import local_day, month_name
from portal.lib.said import day, moment, span

Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Steps:
    """How wide a price step is usually, and in the odd period."""

    step: str
    usual: str
    first: str


@dataclass(frozen=True)
class Figures:
    """Label and value, and of a moved reading day the price steps before and after."""

    facts: Facts
    steps: list[Steps] = field(default_factory=list)
    note: str = ""


def of(form: AgreedForm, *, at: datetime) -> Figures | None:
    """The numbers of this kind; None where there is nothing to say."""
    find = FIGURES.get(form.kind)
    return find(form, at) if find else None


def _month_end(form: AgreedForm, at: datetime) -> Figures:
    account = form.account
    if account.reading_day == LAST_DAY:
        kept = _("The meter is read on the last day of the month already; recorded, it stays so.")
        return Figures([], note=kept)
    found = month_end_of(account, today=local_day(at))
    facts = [
        (
            _("Read so far"),
            _("day %(day)d of the month") % {"day": account.reading_day},
        ),
        (_("Read from now on"), _("last day of the month")),
        (_("This period, as things are"), _length(found.usual)),
        (_("This period, with the new day"), _length(found.first)),
        (_("Expected, as things are"), _money(found.usual)),
        (_("Expected, with the new day"), _money(found.first)),
        (
            _("To be paid"),
            _("from %(first)s to %(last)s, and so every month from the 3rd to the 5th")
            % {"first": day(found.move.pay_from), "last": day(found.move.pay_by)},
        ),
    ]
    unmoved = _("The bills follow the month already: no period is longer or shorter.")
    note = unmoved if found.move.is_none else ""
    return Figures(facts, steps=_steps(found.usual, found.first), note=note)


def _length(expected: Expected) -> str:
    days = expected.period.days
    count = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return f"{span(expected.period)} ({count})"


def _money(expected: Expected) -> str:
    if expected.money is None:
        return _("too few days are measured to say")
    names = {
        "likely": dong(expected.money.likely),
        "low": dong(expected.money.low),
        "high": dong(expected.money.high),
    }
    return _("about %(likely)s, between %(low)s and %(high)s") % names


def _steps(usual: Expected, first: Expected) -> list[Steps]:
    if len(usual.steps) != len(first.steps):
        return []
    return [
        Steps(_("Step %(n)d") % {"n": one.step}, _width(one), _width(other))
        for one, other in zip(usual.steps, first.steps, strict=True)
    ]


def _width(quota: rating.Quota) -> str:
    if quota.size is None:
        return _("all above")
    return _("%(kwh)d kWh") % {"kwh": quota.size}


def _sms(form: AgreedForm, at: datetime) -> Figures:
    cost = sms_costs.a_year(form.account.pk, at=at)
    last = sms_costs.last_delivery(form.account.pk)
    basis = (
        _("%(n)d messages, as in the last 12 months, at %(price)s each")
        if cost.is_counted
        else _("%(n)d messages, a bill and a reminder a month, at %(price)s each")
    )
    facts = [
        (
            _("Costs the company a year"),
            _("about %(cost)s") % {"cost": dong(cost.cost)},
        ),
        (_("Reckoned from"), basis % {"n": cost.messages, "price": dong(cost.price)}),
        (_("Last SMS that arrived"), moment(last) if last else _("none yet")),
    ]
    note = "" if cost.price else _("No price of an SMS is set down yet.")
    return Figures(facts, note=note)


def _auto_debit(form: AgreedForm, at: datetime) -> Figures:
    """From when the bank pays where it is approved now, and which bill is the first."""
    starts_on = form.terms().starts_on if form.is_valid() else local_day(at)
    first_day = first_day_to_debit(approved_at=at, starts_on=starts_on)
    unpaid = list(Bill.objects.filter(account=form.account).unpaid().newest_first())[::-1]
    by_hand = [bill for bill in unpaid if bill.due_on < first_day]
    by_bank = [bill for bill in unpaid if bill.due_on >= first_day]
    facts = [
        (
            _("The bank takes money from"),
            _("%(day)s at the earliest, if a supervisor approves now") % {"day": day(first_day)},
        ),
        *((_("They pay themselves"), _bill(bill)) for bill in by_hand),
        (_("The bank pays first"), _bill(by_bank[0]) if by_bank else _("the next bill")),
    ]
    return Figures(facts)


def _bill(bill: Bill) -> str:
    names = {"month": month_name(bill.month), "amount": dong(bill.total), "day": day(bill.due_on)}
    return _("the bill of %(month)s: %(amount)s, by %(day)s") % names


FIGURES: dict[str, Callable[[AgreedForm, datetime], Figures]] = {
    Arrangement.Kind.AUTO_DEBIT: _auto_debit,
    Arrangement.Kind.MONTH_END_READING: _month_end,
    Arrangement.Kind.SMS_RETENTION: _sms,
}
