"""The customer's own figures as files: for a spreadsheet, and as Green Button for programs."""

from datetime import date, timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing import green_button, queries
from billing.models import Bill
from billing.use import DayUse, Mark
from customers.models import Account, Right
from customers.visits import visit
from portal.lib import files_out
from portal.lib.files_out import Form
from portal.lib.periods import DAY, Period, local_day

DAYS_BACK = timedelta(days=400)
"""A year and a month, so that a month can be held against that of last year."""


@require_safe
def downloads(request: HttpRequest, number: str) -> HttpResponse:
    """What can be taken along, and in which form."""
    visited = visit(request, number, right=Right.BILLS)
    context = visited.context("downloads", Right.BILLS)
    context["sees_days"] = visited.here.may(Right.DAYS)
    return render(request, "billing/downloads.html", context)


@require_safe
def use_file(request: HttpRequest, number: str, form: Form) -> StreamingHttpResponse:
    """Each day of the last 400 with its use, gaps included."""
    account = visit(request, number, right=Right.DAYS).here.account
    today = local_day(timezone.now())
    found = queries.daily_use(account, _span(account, today), today=today)
    lines = [(day.day, kwh_figure(day.wh), mark(day)) for day in found.days]
    headings = [_("Day"), "kWh", _("Quality")]
    name = f"dien-theo-ngay-{account.number}"
    return files_out.answer(form, name=name, headings=headings, lines=lines)


@require_safe
def bills_file(request: HttpRequest, number: str, form: Form) -> StreamingHttpResponse:
    """Every bill that may be seen, the newest first."""
    account = visit(request, number, right=Right.BILLS).here.account
    bills = Bill.objects.visible_to(request.user).of([account]).newest_first()
    headings = [
        _("Billing month"), _("From"), _("To"), "kWh", _("Before VAT"), _("Amount of VAT"),
        _("Total"), _("Pay by"),
    ]  # fmt: skip
    lines = [
        (
            f"{bill.month:%Y-%m}", bill.starts_on, bill.last_on, bill.usage_kwh, bill.net,
            bill.vat, bill.total, bill.due_on,
        )
        for bill in bills
    ]  # fmt: skip
    name = f"hoa-don-{account.number}"
    return files_out.answer(form, name=name, headings=headings, lines=lines)


@require_safe
def green_button_file(request: HttpRequest, number: str) -> HttpResponse:
    """The same days, and the bills where the role opens them, as ESPI 4.0."""
    here = visit(request, number, right=Right.DAYS).here
    account, now = here.account, timezone.now()
    span = _span(account, local_day(now))
    bills = queries.months(account) if here.may(Right.BILLS) else []
    feed = green_button.feed(
        account.number,
        title=_("Electricity used at %(number)s") % {"number": account.number},
        known=queries.stretches_of(account, span),
        bills=[
            green_button.Billed(
                queries.period_billed(bill), bill.usage_kwh, bill.total, bill.issued_on
            )
            for bill in bills
        ],
        at=now,
    )
    name = f"green-button-{account.number}.xml"
    return files_out.whole(feed, name=name, content_type="application/atom+xml; charset=utf-8")


def kwh_figure(wh: int | None) -> Decimal | None:
    """Wh as kWh for a spreadsheet; empty where unknown."""
    return None if wh is None else Decimal(wh).scaleb(-3)


def mark(day: DayUse) -> str:
    """How sure the figure of a day is."""
    return str(
        {
            Mark.MEASURED: _("measured"),
            Mark.CORRECTED: _("corrected"),
            Mark.ESTIMATED: _("estimated"),
            Mark.TOGETHER: _("counted together"),
            Mark.DOUBTFUL: _("being checked"),
            Mark.MISSING: _("missing"),
        }[day.mark]
    )


def _span(account: Account, today: date) -> Period:
    """The days of a file, as far as they may be seen."""
    last = account.window.latest(today)
    return Period(last - DAYS_BACK, last + DAY)
