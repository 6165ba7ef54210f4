"""The bills of an address: the list, and one with everything behind it."""

from dataclasses import replace
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing import bill_pdf, bill_words, queries
from billing.bill_words import Sheet
from billing.models import Bill, ServiceFee
from billing.models.fees import ServiceFeeQuerySet
from billing.words import BillRow, fee_line
from customers.models import Account, Right
from customers.visits import seen_on, visit
from portal.lib import files_out, said
from portal.lib.periods import end_of, local_day

PER_PAGE = 12
MOST_FEES = 12


@require_safe
def bill_list(request: HttpRequest, number: str) -> HttpResponse:
    """The bills of one address, the newest first."""
    visited = visit(request, number, right=Right.BILLS)
    today = local_day(timezone.now())
    bills = Bill.objects.visible_to(request.user).of([visited.here.account])
    page = Paginator(bills.newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    context = visited.context("bills", Right.BILLS) | {
        "page": page,
        "fees": [fee_line(fee, today=today) for fee in _fees(request, visited.here.account)],
        "rows": [BillRow.of(bill, today=today) for bill in page],
    }
    return render(request, "billing/bill_list.html", context)


def _fees(request: HttpRequest, account: Account) -> ServiceFeeQuerySet:
    """The newest service fees beside the bills."""
    fees = ServiceFee.objects.visible_to(request.user).of([account])
    return fees.newest_first()[:MOST_FEES]


@require_safe
def bill_detail(request: HttpRequest, number: str, month: date) -> HttpResponse:
    """One bill with its lines, indexes and payments; now, or as it stood on an earlier day."""
    visited = visit(request, number, right=Right.BILLS)
    account, today = visited.here.account, local_day(timezone.now())
    seen = seen_on(request, today=today)
    sheet = _sheet(request, account, month, today=today, seen=seen)
    # The same month need not have a bill at another address: the switch leads to their lists.
    context = visited.context("bills", Right.BILLS) | {
        "sheet": sheet,
        "seen": said.day(seen) if seen else "",
        "has_earlier": Bill.objects.of([account]).before_month(month).exists(),
    }
    return render(request, "billing/bill_detail.html", context)


@require_safe
def bill_document(request: HttpRequest, number: str, month: date) -> HttpResponse:
    """The same bill as a PDF to keep or to print."""
    account = visit(request, number, right=Right.BILLS).here.account
    today = local_day(timezone.now())
    bill, by_bank = _bill(request, account, month, today=today)
    words = bill_words.document(queries.bill_sheet(bill), by_bank=by_bank, today=today)
    name = f"tien-dien-{account.number}-{month:%Y-%m}.pdf"
    return files_out.whole(bill_pdf.made(words), name=name, content_type="application/pdf")


def _sheet(
    request: HttpRequest, account: Account, month: date, *, today: date, seen: date | None
) -> Sheet:
    """:raises Http404: there was none on that day that the visitor may see"""
    if seen is None:
        bill, by_bank = _bill(request, account, month, today=today)
        return Sheet.of(queries.bill_sheet(bill), by_bank=by_bank, today=today)
    at = end_of(seen)
    stood = queries.bill_at(account, month, at=at)
    if stood is None:
        raise Http404(_("There is no such page."))
    # What is to be done is told by the bill as it stands now.
    return replace(
        Sheet.of(queries.bill_sheet(stood, as_of=at), by_bank=False, today=seen), due=None
    )


def _bill(request: HttpRequest, account: Account, month: date, *, today: date) -> tuple[Bill, bool]:
    """The bill of a month, and whether a bank pays it.

    :raises Http404: there is none that the visitor may see
    """
    bills = Bill.objects.visible_to(request.user).of([account]).of_month(month)
    found = bills.with_bank().select_related("account__unit").prefetch_related("account__meters")
    bill = found.first()
    if bill is None:
        raise Http404(_("There is no such page."))
    bill.account.window = account.window
    # Who left a place is told of no bank: the next tenant may have arranged it.
    return bill, today in account.window and queries.bank_pays(bill)
