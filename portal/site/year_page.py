"""The use of one address over a calendar year, against the year before: page and file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from billing import queries
from billing.queries import MonthTotal, Year, YearMonth
from billing.rating import half_up
from billing.views.downloads import kwh_figure
from customers.models import Right
from customers.queries import Place
from customers.visits import OLDEST_DAY, visit
from portal.lib import files_out
from portal.lib.files_out import Form
from portal.lib.money import dong
from portal.lib.periods import local_day
from portal.lib.quantities import kwh
from portal.site.year_charts import Pair, YearChart, year_chart

SAME_WH = 500
"""Below it two years read alike when they are rounded to whole kWh."""


MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class YearRow:
    """One month of the table; empty where nothing is known."""

    name: str
    now: str
    before: str
    difference: str
    amount: str
    note: str


@dataclass(frozen=True, slots=True)
class YearWords:
    """One year in words, with its chart."""

    year: int
    headline: str
    against: str
    rows: Sequence[YearRow]
    chart: YearChart | None
    earlier: str
    later: str
    """The ways to the years beside it; empty where there is none."""
    file: str

    @classmethod
    def of(cls, here: Place, found: Year, *, today: date) -> "YearWords":
        url = f"{reverse('address', args=[here.number])}?view=year&year="
        pairs = [
            Pair(f"{one.month:%m}", str(one.month.month), _wh(one.now), _wh(one.before))
            for one in found.months
        ]
        is_known = bool(found.known) or found.has_before
        return cls(
            year=found.year,
            headline=_headline(found),
            against=_against(found),
            rows=[_row(one) for one in found.months] if is_known else [],
            chart=year_chart(pairs, year=found.year) if is_known else None,
            earlier=f"{url}{found.year - 1}" if found.has_before else "",
            later=f"{url}{found.year + 1}" if found.year < today.year else "",
            file=f"{reverse('year_file', args=[here.number, Form.CSV])}?year={found.year}",
        )


def year_words(request: HttpRequest, here: Place, *, today: date) -> YearWords:
    """What the view says. Two queries.

    :raises Http404: it is no year, or lies in the future
    """
    return YearWords.of(here, _found(request, here, today=today), today=today)


@require_safe
def year_file(request: HttpRequest, number: str, form: Form) -> StreamingHttpResponse:
    """The twelve months of a year beside those of the year before, for a spreadsheet."""
    here, today = visit(request, number, right=Right.TOTALS).here, local_day(timezone.now())
    found = _found(request, here, today=today)
    headings = [
        _("Month"), "kWh", _("Total"), _("Every day known"),
        _("kWh a year before"), _("Total a year before"),
    ]  # fmt: skip
    lines = [
        (
            f"{one.month:%Y-%m}", kwh_figure(_wh(one.now)), _total(one.now), _whole(one.now),
            kwh_figure(_wh(one.before)), _total(one.before),
        )
        for one in found.months
    ]  # fmt: skip
    name = f"dien-nam-{found.year}-{here.number}"
    return files_out.answer(form, name=name, headings=headings, lines=lines)


def _found(request: HttpRequest, here: Place, *, today: date) -> Year:
    text = request.GET.get("year", "") or str(today.year)
    is_year = text.isascii() and text.isdecimal() and len(text) == len("2026")
    if not is_year or not OLDEST_DAY.year < int(text) <= today.year:
        raise Http404(_("There is no such page."))
    return queries.year_of(
        here.account, year=int(text), today=today, with_running=here.may(Right.DAYS)
    )


def _wh(total: MonthTotal | None) -> int | None:
    return total.wh if total else None


def _total(total: MonthTotal | None) -> object:
    return total.bill.total if total and total.bill else ""


def _whole(total: MonthTotal | None) -> str:
    if total is None:
        return ""
    return _("yes") if total.is_whole else _("no")


def _headline(found: Year) -> str:
    name = _("Year %(year)d") % {"year": found.year}
    if not found.known:
        return _("%(period)s: no data yet") % {"period": name}
    used = kwh(sum(total.wh or 0 for total in found.known), decimals=0)
    if len(found.known) < MONTHS_A_YEAR:
        count = len(found.known)
        text = ngettext(
            "%(year)s, %(count)d month known", "%(year)s, %(count)d months known", count
        )
        name = text % {"year": name, "count": count}
    bills = [total.bill.total for total in found.known if total.bill]
    parts = [used, *([dong(sum(bills))] if len(bills) == len(found.known) else [])]
    return f"{name}: " + ", ".join(parts)


def _against(found: Year) -> str:
    """As many months of both years, and those alone that are known for every day."""
    months = found.comparable
    if not months:
        return _("There is no month yet that could be held against the year before.")
    now = sum(_wh(one.now) or 0 for one in months)
    before = sum(_wh(one.before) or 0 for one in months)
    text = ngettext(
        "In %(count)d month that is known of both years: %(now)s, and %(before)s in %(year)d.",
        "In %(count)d months that are known of both years: %(now)s, and %(before)s in %(year)d.",
        len(months),
    ) % {
        "count": len(months),
        "now": kwh(now, decimals=0),
        "before": kwh(before, decimals=0),
        "year": found.year - 1,
    }
    return f"{text} {_more(now, before)}"


def _more(now: int, before: int) -> str:
    if abs(now - before) < SAME_WH or not before:
        return _("That is about the same.")
    words = {
        "kwh": kwh(abs(now - before), decimals=0),
        "percent": half_up(Fraction(100 * abs(now - before), before)),
    }
    if now > before:
        return _("That is %(kwh)s (%(percent)d%%) more.") % words
    return _("That is %(kwh)s (%(percent)d%%) less.") % words


def _row(one: YearMonth) -> YearRow:
    now, before = _wh(one.now), _wh(one.before)
    more = (now or 0) - (before or 0)
    sign = "+" if more > 0 else ""
    return YearRow(
        name=f"{one.month:%m/%Y}",
        now=kwh(now, decimals=0) if now is not None else "",
        before=kwh(before, decimals=0) if before is not None else "",
        difference=f"{sign}{kwh(more, decimals=0)}" if one.is_comparable else "",
        amount=dong(one.now.bill.total) if one.now and one.now.bill else "",
        note="" if one.now is None or one.now.is_whole else _("not every day"),
    )
