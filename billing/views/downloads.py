"""The customer's own figures as files: for a spreadsheet, and as Green Button for programs."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing import green_button, queries
from billing.models import Bill
from billing.use import DayUse, Mark
from customers.models import Account, Right
from customers.visits import visit
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
def use_csv(request: HttpRequest, number: str) -> HttpResponse:
    """Each day of the last 400 with its use, gaps included."""
    account = visit(request, number, right=Right.DAYS).here.account
    today = local_day(timezone.now())
    found = queries.daily_use(account, _span(account, today), today=today)
    rows = [(day.day.isoformat(), decimal_kwh(day.wh), mark(day)) for day in found.days]
    headings = [_("Day"), "kWh", _("Quality")]
    return _file(_csv(headings, rows), f"dien-theo-ngay-{account.number}.csv")


@require_safe
def bills_csv(request: HttpRequest, number: str) -> HttpResponse:
    """Every bill that may be seen, the newest first."""
    account = visit(request, number, right=Right.BILLS).here.account
    bills = Bill.objects.visible_to(request.user).of([account]).newest_first()
    headings = [
        _("Billing month"), _("From"), _("To"), "kWh", _("Before VAT"), _("Amount of VAT"),
        _("Total"), _("Pay by"),
    ]  # fmt: skip
    rows = [
        (
            f"{bill.month:%Y-%m}", bill.starts_on, bill.last_on, bill.usage_kwh, bill.net,
            bill.vat, bill.total, bill.due_on,
        )
        for bill in bills
    ]  # fmt: skip
    return _file(_csv(headings, rows), f"hoa-don-{account.number}.csv")


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
    return _file(feed, name, content_type="application/atom+xml")


def decimal_kwh(wh: int | None) -> str:
    """Wh as kWh for a spreadsheet of ours: a decimal comma, no thousands; empty where unknown."""
    return "" if wh is None else f"{wh // 1000},{wh % 1000:03d}"


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


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> HttpResponse:
    """A file for a spreadsheet of ours."""
    return _file(_csv(headings, rows), name)


def _csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """As spreadsheets here open it: semicolons, and a mark that it is UTF-8."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _file(content: bytes, name: str, *, content_type: str = "text/csv") -> HttpResponse:
    return HttpResponse(
        content,
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
