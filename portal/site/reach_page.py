"""Who can be reached, day by day, from the facts that were counted each night."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from customers.admin.staff import member
from customers.models import OperatingUnit, User
from notifications.models import Channel, ReachCount
from notifications.queries import AGES, reach
from notifications.queries.reach import Day, Sums
from portal.lib import files_out
from portal.lib.files_out import Form
from portal.lib.money import grouped
from portal.lib.periods import local_day
from portal.lib.said import day as said_day

from .share_charts import Share, ShareChart, said, share_chart

MAY = "notifications.view_reachcount"
SPANS = (30, 90, 365)
ARRANGED: dict[str, Any] = {
    "auto_debit": gettext_lazy("Auto-debit"),
    "relative": gettext_lazy("A relative is told too"),
    "sms_agreed": gettext_lazy("SMS kept by agreement"),
}


@require_GET
def show(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The trend of one company or of all that the person sees, and the last day by groups."""
    if not request.user.has_perm(MAY):
        raise PermissionDenied
    counts = ReachCount.objects.visible_to(request.user)
    units = _units(member(request))
    unit = _chosen(request, "unit", [one.pk for one in units])
    if unit is not None:
        counts = counts.filter(unit=unit)
    span = _chosen(request, "days", SPANS) or SPANS[0]
    last = local_day(timezone.now()) - timedelta(days=1)
    first = last - timedelta(days=span - 1)
    if request.GET.get("as") == "csv":
        return _csv(counts.filter(day__gte=first, day__lte=last))
    counted = reach.last_day()
    context = {
        **admin.site.each_context(request),
        "title": _("Who can be reached"),
        "units": units,
        "unit": unit,
        "spans": SPANS,
        "span": span,
        **(_trend(reach.trend(counts, first=first, last=last))),
        **(_groups(counts, counted) if counted else {}),
    }
    return TemplateResponse(request, "desk/reach.html", context)


def _units(user: User) -> list[OperatingUnit]:
    """The companies whose counts the person sees, as :meth:`visible_to` has it."""
    units = OperatingUnit.objects.in_order()
    if user.unit_id is None and user.has_perm("customers.see_every_company"):
        return list(units)
    return list(units.filter(pk=user.unit_id))


def _chosen(request: HttpRequest, name: str, offered: Any) -> int | None:
    """What was asked for, of what is offered; None where nothing was."""
    asked = request.GET.get(name, "")
    if not asked:
        return None
    found = next((one for one in offered if str(one) == asked), None)
    if found is None:
        raise Http404
    return int(found)


def _trend(days: list[Day]) -> dict[str, Any]:
    known = [(one.day, one.sums) for one in days if one.sums and one.sums.numbers["accounts"]]
    if not known:
        return {"is_empty": True}
    return {
        "sentence": _sentence(known),
        "everybody": _chart(
            days, "reach", _("Customers with a proven channel"), Sums.share, lambda s: s.numbers
        ),
        "elderly": _chart(
            days, "elderly", _("People of 60 or more with a proven channel"),
            Sums.elderly_share, lambda s: s.elderly,
        ),
        "late": [said_day(one.day) for one in days if one.is_late],
        "gaps": sum(one.sums is None for one in days),
    }  # fmt: skip


def _sentence(known: list[tuple[date, Sums]]) -> str:
    (first, before), (last, now) = known[0], known[-1]
    words = {
        "day": said_day(last),
        "share": said(now.share()),
        "reachable": grouped(now.numbers["reachable"]),
        "accounts": grouped(now.numbers["accounts"]),
        "elderly": said(now.elderly_share()),
        "before": said(before.share()),
        "first": said_day(first),
    }
    text = _(
        "On %(day)s, %(reachable)s of %(accounts)s customers (%(share)s) had at least one proven "
        "channel; of people of 60 or more %(elderly)s. On %(first)s it was %(before)s."
    )
    return text % words


def _chart(
    days: list[Day],
    ident: str,
    title: str,
    share: Callable[[Sums], int | None],
    numbers: Callable[[Sums], Mapping[str, int]],
) -> ShareChart:
    shares = [
        Share(
            name=said_day(one.day),
            short=date_format(one.day, "MONTH_DAY_FORMAT"),
            thousandths=share(one.sums) if one.sums else None,
            cells=_cells(numbers(one.sums) if one.sums else None),
        )
        for one in days
    ]
    headings = (_("Day"), _("Share"), _("Proven channel"), _("Customers"))
    return share_chart(shares=shares, ident=ident, title=title, headings=headings)


def _cells(numbers: Mapping[str, int] | None) -> tuple[str, ...]:
    if numbers is None:
        return ("–", "–")
    return grouped(numbers["reachable"]), grouped(numbers["accounts"])


def _groups(counts: Any, day: date) -> dict[str, Any]:
    """The last counted day by channel, arrangement, company, age and ward."""
    whole = reach.whole(counts, day=day)
    names = dict(OperatingUnit.objects.values_list("pk", "name"))
    channels = [(str(channel.label), channel.value) for channel in Channel]
    arranged = [(str(label), name) for name, label in ARRANGED.items()]
    return {
        "counted_on": said_day(day),
        "whole": {name: grouped(number) for name, number in whole.numbers.items()},
        "unproven": grouped(whole.unproven),
        "elderly_untold": grouped(whole.elderly["untold"]),
        "by_channel": [_of_column(whole, label, name) for label, name in channels],
        "by_arrangement": [_of_column(whole, label, name) for label, name in arranged],
        "tables": [
            (_("By company"), _lines(reach.groups(counts, day=day, by="unit"), names)),
            (_("By age of the contract holder"), _lines(reach.groups(counts, day=day, by="age"),
                                                        AGES)),
            (_("By ward or commune"), _lines(reach.groups(counts, day=day, by="ward"), {})),
        ],
    }  # fmt: skip


def _of_column(whole: Sums, label: str, name: str) -> dict[str, str]:
    return {
        "label": label,
        "number": grouped(whole.numbers[name]),
        "share": said(whole.share(name)),
        "elderly": grouped(whole.elderly[name]),
        "elderly_share": said(whole.elderly_share(name)),
    }


def _lines(found: Mapping[Any, Sums], labels: Mapping[Any, Any]) -> list[dict[str, str]]:
    """Who can be reached least come first."""
    ordered = sorted(found.items(), key=lambda one: (one[1].share() or 0, str(one[0])))
    return [
        {
            "label": str(labels.get(key, key)),
            "accounts": grouped(sums.numbers["accounts"]),
            "reachable": grouped(sums.numbers["reachable"]),
            "share": said(sums.share()),
            "untold": grouped(sums.numbers["untold"]),
            "elderly_share": said(sums.elderly_share()) if sums.elderly["accounts"] else "–",
        }
        for key, sums in ordered
    ]


def _csv(counts: Any) -> StreamingHttpResponse:
    """Every count, one a line, for a spreadsheet; it names nobody."""
    labels = {field.name: field.verbose_name for field in ReachCount._meta.fields}
    columns = [labels[name] for name in reach.NUMBERS]
    headings = [_("day"), _("code"), _("company"), _("ward or commune"), _("age group"), *columns]
    lines = (
        [day, code, unit, ward, str(AGES[age]), *numbers]
        for day, code, unit, ward, age, *numbers in reach.rows(counts)
    )
    return files_out.answer(Form.CSV, name="reach", headings=headings, lines=lines)
