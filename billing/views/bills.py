"""The bills of an address: the list, and one with everything behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing import queries, rated_words, words
from billing.models import Bill
from billing.rated_words import LineWords
from billing.words import BillRow, Due
from customers.models import Right
from customers.visits import visit
from portal.lib import said
from portal.lib.money import dong
from portal.lib.numbers import percent
from portal.lib.periods import local_day
from portal.lib.quantities import kwh_number

PER_PAGE = 12


@require_safe
def bill_list(request: HttpRequest, number: str) -> HttpResponse:
    """The bills of one address, the newest first."""
    visited = visit(request, number, right=Right.BILLS)
    today = local_day(timezone.now())
    bills = Bill.objects.visible_to(request.user).of([visited.here.account])
    page = Paginator(bills.newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    context = visited.context("bills", Right.BILLS) | {
        "page": page,
        "rows": [BillRow.of(bill, today=today) for bill in page],
    }
    return render(request, "billing/bill_list.html", context)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Money that came in."""

    day: str
    amount: str
    through: str
    reference: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One bill in words."""

    row: BillRow
    due: Due | None
    index_from: str
    index_to: str
    index_differs: str
    net: str
    vat: str
    vat_percent: str
    issued_on: str
    due_on: str
    lines: Sequence[LineWords]
    price_lists: Sequence[str]
    is_by_hour: bool
    differs: str
    payments: Sequence[PaymentRow]

    @classmethod
    def of(cls, sheet: queries.BillSheet, *, by_bank: bool, today: date) -> "Sheet":
        bill = sheet.bill
        return cls(
            row=BillRow.of(bill, today=today),
            due=words.due(sheet, by_bank=by_bank, today=today),
            index_from=kwh_number(bill.index_from_wh),
            index_to=kwh_number(bill.index_to_wh),
            index_differs=words.index_differs(sheet),
            net=dong(bill.net),
            vat=dong(bill.vat),
            vat_percent=percent(bill.vat_percent),
            issued_on=said.day(bill.issued_on),
            due_on=said.day(bill.due_on),
            lines=rated_words.lines(sheet.rating) if sheet.rating else [],
            price_lists=rated_words.price_lists(sheet.rating) if sheet.rating else [],
            is_by_hour=sheet.rating is None,
            differs=words.differs(sheet),
            payments=[
                PaymentRow(
                    day=said.day(local_day(payment.paid_at)),
                    amount=dong(payment.amount),
                    through=payment.collected_by,
                    reference=payment.reference,
                )
                for payment in sheet.payments
            ],
        )


@require_safe
def bill_detail(request: HttpRequest, number: str, month: date) -> HttpResponse:
    """One bill with its lines, indexes and payments."""
    visited = visit(request, number, right=Right.BILLS)
    account, today = visited.here.account, local_day(timezone.now())
    bills = Bill.objects.visible_to(request.user).of([account]).of_month(month)
    found = bills.with_bank().select_related("account").prefetch_related("account__meters")
    bill = found.first()
    if bill is None:
        raise Http404(_("There is no such page."))
    # Who left a place is told of no bank: the next tenant may have arranged it.
    by_bank = today in account.window and queries.bank_pays(bill)
    sheet = Sheet.of(queries.bill_sheet(bill), by_bank=by_bank, today=today)
    # The same month need not have a bill at another address: the switch leads to their lists.
    context = visited.context("bills", Right.BILLS) | {
        "sheet": sheet,
        "has_earlier": Bill.objects.of([account]).before_month(month).exists(),
    }
    return render(request, "billing/bill_detail.html", context)
