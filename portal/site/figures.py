"""The public page of figures: what arrived in time, who can be reached, the elderly apart.

Made of the facts of the days alone. No group of fewer than ten is shown, and none that could be
worked out from two that are.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from notifications.queries import reach
from notifications.queries.reach import Month, thousandths
from portal.lib.money import grouped
from portal.lib.periods import month_name
from portal.lib.said import day as said_day

from .share_charts import Share, ShareChart, said, share_chart

FEWEST = 10
"""Smaller groups are not shown."""
MONTHS = timedelta(days=335)
"""So that twelve months are shown, whichever day it is."""
KEPT_FOR = 3600
"""Seconds for which browsers and caches on the way may show the page again."""
DAY_LONG = 24 * 3600


@login_not_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Three sentences, a chart and its table: the same for everybody."""
    last = reach.last_day()
    months = _months(last) if last else []
    shown = [one for one in months if one.notices >= FEWEST or _people(one) is not None]
    context: dict[str, Any] = {"sentences": [], "chart": None}
    if shown:
        context = {"sentences": _sentences(shown), "chart": _chart(shown)}
    answer = render(request, "portal/figures.html", context)
    if not request.user.is_authenticated:
        patch_cache_control(answer, public=True, max_age=KEPT_FOR)
    return answer


def _months(last: date) -> list[Month]:
    """What was counted does not change: it is added up once, and again when a day is added."""
    key = f"figures:{last.isoformat()}"
    try:
        found: list[Month] | None = cache.get(key)
        if found is None:
            found = reach.months(since=last - MONTHS)
            cache.set(key, found, DAY_LONG)
    except RedisError:
        found = reach.months(since=last - MONTHS)
    return found


@dataclass(frozen=True, slots=True)
class People:
    """Shares in thousandths, None of a group that is too small."""

    everybody: int | None
    elderly: int | None
    until: date


def _people(month: Month) -> People | None:
    """Who could be reached at the end of the month; None where nobody knows, or all are too few."""
    if month.last is None or month.until is None:
        return None
    everybody, elderly = month.last.numbers["accounts"], month.last.elderly["accounts"]
    if everybody < FEWEST:
        return None
    # The others of a group that is shown must not be few either.
    is_shown = elderly >= FEWEST and not 0 < everybody - elderly < FEWEST
    return People(
        everybody=month.last.share(),
        elderly=month.last.elderly_share() if is_shown else None,
        until=month.until,
    )


def _in_time(month: Month) -> int | None:
    return thousandths(month.in_time, month.notices) if month.notices >= FEWEST else None


def _sentences(months: list[Month]) -> list[str]:
    """Of the newest month that has the figure, each."""
    sentences = []
    told = next((one for one in reversed(months) if one.notices >= FEWEST), None)
    if told:
        sentences.append(
            _("Of every 100 notices of %(month)s, %(number)d arrived within three days.")
            % {"month": month_name(told.month), "number": (_in_time(told) or 0) // 10}
        )
    known = [found for one in months if (found := _people(one))]
    if known and known[-1].everybody is not None:
        sentences.append(
            _("Of every 100 customers, %(number)d are reached by at least one way that works.")
            % {"number": known[-1].everybody // 10}
        )
    if known and known[-1].elderly is not None:
        sentences.append(
            _("Of every 100 customers of 60 or more, %(number)d are reached.")
            % {"number": known[-1].elderly // 10}
        )
    return sentences


def _chart(months: list[Month]) -> ShareChart:
    shares = []
    for month in months:
        people = _people(month)
        shares.append(
            Share(
                name=month_name(month.month),
                short=date_format(month.month, "m/Y"),
                thousandths=_in_time(month),
                cells=(
                    grouped(month.notices) if month.notices >= FEWEST else "–",
                    said(people.everybody) if people else "–",
                    said(people.elderly) if people and people.elderly is not None else "–",
                    said_day(people.until) if people else "–",
                ),
            )
        )
    headings = (
        _("Month"), _("Arrived in time"), _("Notices"), _("Customers reached"),
        _("Of 60 or more reached"), _("As of"),
    )  # fmt: skip
    title = _("Notices that arrived within three days, by month")
    return share_chart(shares=shares, ident="figures", title=title, headings=headings)
