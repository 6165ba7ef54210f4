"""Why a bill differs from another one of the same address."""

from collections.abc import Sequence
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing import change_words, queries
from billing.models import Bill
from billing.words import BillRow
from customers.models import Right
from customers.queries import Place
from customers.visits import visit
from portal.lib.periods import NotAMonth, local_day, parse_month


@require_safe
def bill_change(request: HttpRequest, number: str, month: date) -> HttpResponse:
    """Why one bill differs from another one: the one before it, or the one asked for."""
    visited = visit(request, number, right=Right.BILLS)
    here, today = visited.here, local_day(timezone.now())
    bills = queries.months(here.account)
    after = _bill_of(bills, month)
    others = [bill for bill in bills if bill is not after]
    before = _held_against(request, after, others)
    context = visited.context("bills", Right.BILLS) | {
        "after": BillRow.of(after, today=today),
        "other_bills": [BillRow.of(bill, today=today) for bill in others],
        "change": None,
    }
    if before:
        change = queries.bill_change(before, after)
        context |= {
            "change": change_words.of(change),
            "before": BillRow.of(before, today=today),
            "days": _days_of_twins(here, change, today=today),
        }
    return render(request, "billing/bill_change.html", context)


def _bill_of(bills: Sequence[Bill], month: date) -> Bill:
    """:raises Http404: there is no bill of this month"""
    found = next((bill for bill in bills if bill.month == month), None)
    if found is None:
        raise Http404(_("There is no such page."))
    return found


def _held_against(request: HttpRequest, after: Bill, others: Sequence[Bill]) -> Bill | None:
    """The bill asked for, else the newest one before ``after``; None where there is none.

    :raises Http404: what was asked for is no bill of this address
    """
    asked = request.GET.get("than", "")
    if not asked:
        return next((bill for bill in others if bill.month < after.month), None)
    try:
        return _bill_of(others, parse_month(asked).starts_on)
    except NotAMonth as error:
        raise Http404(_("There is no such page.")) from error


def _days_of_twins(
    here: Place, change: queries.BillChange, *, today: date
) -> list[change_words.DayRow]:
    """Day by day where two equal bills are doubted, for those who may see days."""
    if not change.are_twins or not here.may(Right.DAYS):
        return []
    return change_words.day_rows(queries.days_overlaid(change, today=today))
