"""One's use beside that of homes of the same ward, where enough of them agreed to it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing import queries
from billing.models import FEWEST_OTHERS
from billing.queries import Beside
from billing.words import month_heading
from customers.models import Right
from customers.visits import visit
from portal.lib.money import grouped
from portal.lib.quantities import WH_PER_KWH, kwh

WIDTH = 1000
"""Of the picture, in thousandths."""


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of the table."""

    name: str
    own: str
    half: str
    middle: str
    where: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The newest month as a line: where half of the homes lie, the middle, and one's own."""

    low: str
    width: str
    middle: str
    own: str
    text: str


@require_safe
def neighbours(request: HttpRequest, number: str) -> HttpResponse:
    """The months that can be compared, or why there are none and what to do."""
    visited = visit(request, number, right=Right.BILLS)
    found = queries.neighbours_of(visited.here.account)
    newest = found.months[0] if found.months else None
    context = visited.context("address", Right.BILLS) | {
        "found": found,
        "fewest": FEWEST_OTHERS,
        "sentence": _sentence(newest) if newest else "",
        "scale": _scale(newest) if newest else None,
        "rows": [_row(one) for one in found.months],
    }
    return render(request, "billing/neighbours.html", context)


def _kwh(value: int) -> str:
    return kwh(value * WH_PER_KWH)


def _where(one: Beside) -> str:
    # As roughly as the quarters are said, or a home in the middle would be told off by a rounding.
    own = round(one.own_kwh, -1)
    if own < one.ward.low_kwh:
        return _("among the quarter that used least")
    if own > one.ward.high_kwh:
        return _("among the quarter that used most")
    return _("as half of the homes")


def _sentence(one: Beside) -> str:
    return _(
        "%(month)s: your home used %(own)s a household, half of the homes of your ward between"
        " %(low)s and %(high)s. That is %(where)s."
    ) % {
        "month": month_heading(one.ward.month),
        "own": _kwh(one.own_kwh),
        "low": _kwh(one.ward.low_kwh),
        "high": _kwh(one.ward.high_kwh),
        "where": _where(one),
    }


def _row(one: Beside) -> MonthRow:
    ward = one.ward
    return MonthRow(
        name=month_heading(ward.month),
        own=_kwh(one.own_kwh),
        half=f"{grouped(ward.low_kwh)} – {_kwh(ward.high_kwh)}",
        middle=_kwh(ward.middle_kwh),
        where=_where(one),
    )


def _scale(one: Beside) -> Scale:
    ward = one.ward
    reach = max(one.own_kwh, ward.high_kwh, 1) * 11 // 10 + 1
    return Scale(
        low=_percent(ward.low_kwh, reach),
        width=_percent(max(ward.high_kwh - ward.low_kwh, 1), reach),
        middle=_percent(ward.middle_kwh, reach),
        own=_percent(one.own_kwh, reach),
        text=_sentence(one),
    )


def _percent(value: int, reach: int) -> str:
    """Text, because a template would write 12,5 in Vietnamese."""
    thousandths = WIDTH * value // reach
    return f"{thousandths // 10}.{thousandths % 10}%"
