"""The first page: what is due, my addresses, what is new; a welcome for everyone else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing import queries
from billing.models import Bill, ServiceFee
from billing.use import PeriodUse
from billing.words import (
    URGENCIES,
    Urgency,
    bill_state,
    due_heading,
    due_when,
    fee_line,
    how_to_pay,
    month_heading,
    short_date,
    urgency_of,
)
from customers.models import Case, Right, User
from customers.queries import Place, asked_about, invitations_for, places
from notifications import inbox
from portal.lib import said
from portal.lib.money import dong
from portal.lib.periods import local_day
from portal.lib.quantities import kwh

PER_PAGE = 10
DUE_SHOWN = 3
NEWEST = 3


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs me now, and the way to each address."""
    if not request.user.is_authenticated:
        return render(request, "portal/welcome.html")
    now = timezone.now()
    mine, today = places(request.user), local_day(now)
    offered = invitations_for(request.user, at=now)
    waiting = list(Case.objects.of_customer(request.user).waiting().soonest_first())
    if not mine:
        empty = {"invitations": offered, "cases": waiting}
        return render(request, "portal/home_empty.html", empty)
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    told = [place.account for place in mine if place.may(Right.NOTICES)]
    context = {
        "page": page,
        "invitations": offered,
        "asked": asked_about(mine),
        "cases": waiting,
        "rows": _rows(list(page), today=today),
        "asks": _asks(mine, today=today),
        "fees": _fees(mine, today=today),
        "has_bills": any(place.may(Right.BILLS) for place in mine),
        "notices": _notices(mine, reader=request.user, at=now),
        "unread": inbox.unread(told, reader=request.user),
    }
    return render(request, "portal/home.html", context)


@dataclass(frozen=True, slots=True)
class Ask:
    """What one bill asks for now."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Asks:
    """Bills of one urgency: ``kind`` as in components/alert.html."""

    kind: str
    heading: str
    shown: Sequence[Ask]
    more: int
    how_to_pay: str


def _asks(mine: Sequence[Place], *, today: date) -> list[Asks]:
    """Everything due at any of my addresses: what is late, what to pay, what a bank pays."""
    by_key = {place.account.pk: place for place in mine if place.may(Right.BILLS)}
    accounts = [place.account for place in by_key.values()]
    found = queries.due_bills(accounts, on=today)
    asks = []
    for urgency in URGENCIES:
        bills = [
            one
            for one in found
            if urgency_of(one.bill, by_bank=one.by_bank, today=today) == urgency
        ]
        if bills:
            asks.append(_asks_of(urgency, bills, by_key, today))
    return asks


def _asks_of(
    urgency: Urgency, bills: Sequence[queries.OpenBill], by_key: Mapping[int, Place], today: date
) -> Asks:
    shown = [_ask(one, by_key[one.bill.account_id], today) for one in bills[:DUE_SHOWN]]
    heading = due_heading(urgency, amount=sum(one.left for one in bills))
    how = "" if urgency is Urgency.BY_BANK else how_to_pay()
    return Asks(urgency, heading, shown, len(bills) - len(shown), how)


def _ask(one: queries.OpenBill, place: Place, today: date) -> Ask:
    text = _("%(place)s: %(amount)s, %(when)s") % {
        "place": place.name,
        "amount": dong(one.left),
        "when": due_when(one.bill, today=today),
    }
    return Ask(text, reverse("bill", args=[place.number, one.bill.month]))


def _fees(mine: Sequence[Place], *, today: date) -> list[Ask]:
    """Service fees that can still be paid in time, at any of my addresses."""
    by_key = {place.account.pk: place for place in mine if place.may(Right.BILLS)}
    accounts = [place.account for place in by_key.values()]
    return [
        Ask(
            text=f"{by_key[fee.account_id].name}: {fee_line(fee, today=today)}",
            url=reverse("bills", args=[by_key[fee.account_id].number]),
        )
        for fee in ServiceFee.objects.of(accounts).payable_on(today)[:DUE_SHOWN]
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One address of the list: its name, the use so far, the last bill."""

    name: str
    detail: str
    url: str
    use: str
    until: str
    bill: str


def _rows(shown: Sequence[Place], *, today: date) -> list[Row]:
    """The addresses of one page of the list; two queries for all of them."""
    billed = queries.last_bills([place.account for place in shown])
    by_day = [place.account for place in shown if place.may(Right.DAYS)]
    used = queries.use_so_far(by_day, billed=billed, today=today)
    return [_row(place, billed, used, today=today) for place in shown]


def _row(
    place: Place, billed: Mapping[int, Bill], used: Mapping[int, PeriodUse], *, today: date
) -> Row:
    bill, use = billed.get(place.account.pk), used.get(place.account.pk)
    amount, until = _use(use, today) if use else ("", "")
    if use is None and place.may(Right.TOTALS):
        amount, until = _last_month(bill)
    return Row(
        name=place.name,
        detail=place.detail,
        url=reverse("address", args=[place.number]),
        use=amount,
        until=until,
        bill=_bill(bill, today) if bill and place.may(Right.BILLS) else "",
    )


def _use(use: PeriodUse, today: date) -> tuple[str, str]:
    if use.total_wh is None or use.until is None:
        return "", _("no data yet")
    until = _("until %(day)s") % {"day": short_date(use.until, today=today)}
    return kwh(use.total_wh, decimals=0), until


def _last_month(bill: Bill | None) -> tuple[str, str]:
    """The last closed month, for those who see no days."""
    if bill is None:
        return "", _("no data yet")
    return kwh(bill.usage_kwh * 1000), month_heading(bill.month)


def _bill(bill: Bill, today: date) -> str:
    return _("Bill of %(month)s: %(amount)s, %(state)s") % {
        "month": date_format(bill.month, "YEAR_MONTH_FORMAT"),
        "amount": dong(bill.total),
        "state": bill_state(bill, today=today).text.lower(),
    }


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One of the newest notices."""

    subject: str
    place: str
    day: str
    url: str
    is_new: bool


def _notices(mine: Sequence[Place], *, reader: User, at: datetime) -> list[NewNotice]:
    names = {place.account.pk: place.name for place in mine}
    told = [place.account for place in mine if place.may(Right.NOTICES)]
    found = inbox.inbox(told, reader=reader)[:NEWEST]
    return [
        NewNotice(
            subject=letter.subject,
            place=names[letter.notice.account_id],
            day=said.day(local_day(letter.notice.planned_at)),
            url=reverse("notice", args=[letter.notice.code]),
            is_new=letter.notice.read_at is None,
        )
        for letter in inbox.letters(found, at=at)
    ]
