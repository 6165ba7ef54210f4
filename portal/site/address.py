"""The page of one address: what is used, what it costs, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing import queries
from billing.queries import MonthTotal, Overview
from billing.words import BillRow
from customers.models import Right
from customers.queries import Place
from customers.visits import OLDEST_DAY, seen_on, visit
from notifications import inbox
from notifications.services.own_choices import may_choose
from portal.lib import said
from portal.lib.money import dong
from portal.lib.periods import DAY, NotAMonth, Period, end_of, local_day, parse_month
from portal.lib.quantities import kwh
from portal.lib.said import span
from portal.site import unusual_words, use_words
from portal.site.charts import Bar, DayChart, day_chart
from portal.site.compare_words import CompareWords
from portal.site.year_page import year_words


@require_safe
def address(request: HttpRequest, number: str) -> HttpResponse:
    """Use of one address: day by day where the role allows it, else by month."""
    visited = visit(request, number, right=Right.TOTALS)
    here, today = visited.here, local_day(timezone.now())
    page: dict[str, Any] = visited.context("address", Right.TOTALS)
    bills = queries.months(here.account)
    page["last_bill"] = BillRow.of(bills[0], today=today) if bills else None
    page["unread"] = (
        inbox.unread([here.account], reader=request.user) if here.may(Right.NOTICES) else 0
    )
    page["may_choose"] = may_choose(here)
    view = _view(request, here)
    page["tabs"] = _tabs(here, view=view)
    if view == "year":
        page["year"] = year_words(request, here, today=today)
        return render(request, "portal/address_year.html", page)
    if view == "months":
        totals = queries.month_totals(here.account, bills=bills, today=today)
        page["months"] = _month_rows(here, totals, today=today)
        page["headline"] = _headline_of_months(here, page["months"])
        return render(request, "portal/address_months.html", page)
    seen = seen_on(request, today=today)
    day, as_of = seen or today, end_of(seen) if seen else None
    known = queries.months_at(here.account, bills, at=as_of) if as_of else bills
    month = _month(request, today=day)
    try:
        found = queries.overview(here.account, bills=known, month=month, today=day, as_of=as_of)
    except queries.OutOfSight as error:
        raise Http404(_("There is no such page.")) from error
    page["days"] = Days.of(here, found, today=day, seen=seen)
    if seen:
        page["last_bill"] = BillRow.of(known[0], today=day) if known else None
    page["unusual"] = None if seen or month else unusual_words.lately(here.account, on=today)
    return render(request, "portal/address.html", page)


def _view(request: HttpRequest, here: Place) -> str:
    """Which view is asked for; the days are for those alone who may see them."""
    asked = request.GET.get("view", "")
    if asked in ("months", "year"):
        return asked
    return "days" if here.may(Right.DAYS) else "months"


def _tabs(here: Place, *, view: str) -> list[dict[str, object]]:
    """The views of the use; without the days where the role does not open them."""
    url = reverse("address", args=[here.number])
    views = [
        ("days", _("By day"), url),
        ("months", _("By month"), f"{url}?view=months"),
        ("year", _("By year"), f"{url}?view=year"),
    ]
    return [
        {"text": text, "url": to, "is_current": name == view}
        for name, text, to in views
        if name != "days" or here.may(Right.DAYS)
    ]


def _month(request: HttpRequest, *, today: date) -> date | None:
    """The month asked for; none for the running period.

    :raises Http404: it is no month, or lies in the future
    """
    text = request.GET.get("month", "")
    if not text:
        return None
    try:
        month = parse_month(text).starts_on
    except NotAMonth as error:
        raise Http404(_("There is no such page.")) from error
    if not OLDEST_DAY <= month <= Period.of_month(today).following_month().starts_on:
        raise Http404(_("There is no such page."))
    return month


@dataclass(frozen=True, slots=True)
class Step:
    """A way to the period before or after."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Days:
    """One period in words, with its chart."""

    headline: str
    period: str
    how_sure: str
    last_day: str
    step: str
    likely: str
    how_likely: str
    remarks: Sequence[str]
    compared: CompareWords
    chart: DayChart | None
    before: Step | None
    after: Step | None
    month: date
    """The month that the period is named after."""
    seen: str
    """The day as at whose end it is shown; empty for now."""

    @classmethod
    def of(cls, here: Place, found: Overview, *, today: date, seen: date | None) -> "Days":
        bars = [Bar(day.day, day.wh, day.mark) for day in found.use.days]
        is_known = found.use.until is not None or bool(found.use.across)
        month = found.use.period.last_on.replace(day=1)
        return cls(
            headline=use_words.headline(found, today=today, is_now=not seen),
            period=span(found.use.period),
            how_sure=use_words.how_sure(found.use, today=today),
            last_day=use_words.last_day(found.last_day, today=today) if found.last_day else "",
            step=use_words.step(found, today=today),
            likely=use_words.likely(found.likely) if found.likely else "",
            how_likely=use_words.how_likely(found.likely) if found.likely else "",
            remarks=use_words.remarks(found),
            compared=CompareWords.of(found),
            chart=day_chart(bars=bars) if bars and is_known else None,
            before=_way_before(here, found.use.period, month, seen),
            after=_way_after(here, found.use.period, month, today, seen),
            month=month,
            seen=said.day(seen) if seen else "",
        )


def _way(here: Place, month: Period, seen: date | None = None) -> Step:
    url = reverse("address", args=[here.number])
    as_on = f"&seen={seen:%Y-%m-%d}" if seen else ""
    return Step(use_words.name_of(month), f"{url}?month={month.starts_on:%Y-%m}{as_on}")


def _way_before(here: Place, shown: Period, month: date, seen: date | None) -> Step | None:
    """The month before; none where nothing of it may be seen."""
    may_be_seen = shown.starts_on - DAY in here.account.window
    return _way(here, Period.of_month(month).previous_month(), seen) if may_be_seen else None


def _way_after(
    here: Place, shown: Period, month: date, today: date, seen: date | None
) -> Step | None:
    """The next month by its name; the last one of them is the page without a month."""
    if shown.ends_before > today or shown.ends_before not in here.account.window:
        return None
    following = Period.of_month(month).following_month()
    if today in following and seen is None:
        return Step(use_words.name_of(following), reverse("address", args=[here.number]))
    return _way(here, following, seen)


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of the table."""

    name: str
    days: str
    note: str
    kwh: str
    per_day: str
    amount: str
    url: str


def _month_rows(here: Place, totals: Sequence[MonthTotal], *, today: date) -> list[MonthRow]:
    """The months as rows; the running one only for those who may see its days."""
    may_see_days = here.may(Right.DAYS)
    return [
        _month_row(here, total, today=today)
        for total in totals
        if may_see_days or total.period.ends_before <= today
    ]


def _month_row(here: Place, total: MonthTotal, *, today: date) -> MonthRow:
    wh = total.wh or 0
    return MonthRow(
        name=use_words.name_of(Period.of_month(total.month)),
        days=span(total.period),
        note=_note(total, today=today),
        kwh=kwh(wh, decimals=0),
        per_day=kwh(wh // total.period.days, decimals=1) if total.is_whole else "",
        amount=dong(total.bill.total) if total.bill else "",
        url=_way(here, Period.of_month(total.month)).url if here.may(Right.DAYS) else "",
    )


def _headline_of_months(here: Place, rows: Sequence[MonthRow]) -> str:
    """The newest closed month for those who see no days; they have no other answer."""
    if here.may(Right.DAYS) or not rows:
        return _("Use by month")
    return f"{rows[0].name}: " + ", ".join(filter(None, (rows[0].kwh, rows[0].amount)))


def _note(total: MonthTotal, *, today: date) -> str:
    """What to say of a sum that does not hold every day of its period."""
    if total.is_whole:
        return ""
    return _("so far") if total.period.ends_before > today else _("days missing")
