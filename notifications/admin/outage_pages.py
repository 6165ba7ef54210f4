"""Pages of outages: recording one, and what is known, told and still to be told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.admin.staff import member
from notifications.forms import EndForm, PostponeForm, ReportForm, WithdrawForm
from notifications.models import Announcement, LeadTime, Outage, Run
from notifications.services import outages
from notifications.services.outages import AreaCount
from portal.lib import said
from portal.lib.periods import local_day

RECORD = "notifications.record_outage"
FORMS: dict[str, type[forms.Form]] = {
    "end": EndForm,
    "postpone": PostponeForm,
    "withdraw": WithdrawForm,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One announcement as the page lists it."""

    what: str
    hours: str
    at: str
    by: str
    proof: str
    """Where its accounts are counted; empty while nobody was looked for."""


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Ask for an unplanned outage; it is saved once the count of its accounts was shown."""
    if not request.user.has_perm(RECORD):
        raise PermissionDenied
    form = ReportForm(request.POST or None, user=member(request))
    count = _count(form) if form.is_valid() else None
    if count and count.nowhere:
        form.add_error("area", count.nowhere)
    elif count and request.POST.get("seen") == str(count.accounts):
        found = outages.Report(**form.cleaned_data)
        outage = outages.report(found=found, by=member(request), at=timezone.now())
        messages.success(request, _("Recorded. Its accounts are told within a minute."))
        return redirect("admin:notifications_outage_show", outage.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Record an unplanned outage"),
        "form": form,
        "count": count,
    }
    return TemplateResponse(request, "admin/notifications/outage/report.html", context)


def _count(form: ReportForm) -> AreaCount:
    given = form.cleaned_data
    day = local_day(timezone.now())
    return outages.counted({0: (given["unit"].pk, given["area"])}, on=day)[0]


@require_GET
def show(request: HttpRequest, outage_id: int) -> HttpResponse:
    """One outage: its accounts, what was told of it, and what can be recorded."""
    if not request.user.has_perm("notifications.view_outage"):
        raise Http404
    outage = get_object_or_404(Outage.objects.select_related("unit"), pk=outage_id)
    return _page(request, outage)


def _page(
    request: HttpRequest, outage: Outage, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    now = timezone.now()
    count = outages.counted({0: (outage.unit_id, outage.area)}, on=local_day(now))[0]
    may_record = Outage.objects.recordable_by(request.user).filter(pk=outage.pk).exists()
    open_verbs = _open(outage) if may_record else ()
    initial = {"at": timezone.localtime(now)}
    context = {
        **admin.site.each_context(request),
        "title": _("Outage %(code)s") % {"code": outage.code},
        "outage": outage,
        "count": count,
        "told": _told(outage),
        "late": _late(outage),
        "forms": {
            verb: (bound or {}).get(verb) or FORMS[verb](initial=initial, prefix=verb)
            for verb in open_verbs
        },
    }
    return TemplateResponse(request, "admin/notifications/outage/show.html", context)


def _open(outage: Outage) -> tuple[str, ...]:
    """What can be recorded of it."""
    if outage.over_at or (outage.planned and outage.ends_at <= timezone.now()):
        return ()
    return ("withdraw",) if outage.planned else ("end", "postpone", "withdraw")


def _told(outage: Outage) -> list[Told]:
    rows = outage.announcements.select_related("outage", "made_by").order_by("-revision")
    runs = dict(
        Run.objects.filter(kind=outage.kind, subject__startswith=f"{outage.code}-").values_list(
            "subject", "pk"
        )
    )
    return [_one_told(row, runs.get(row.subject)) for row in rows]


def _one_told(row: Announcement, run: int | None) -> Told:
    return Told(
        what=row.get_what_display(),
        hours=f"{said.moment(row.starts_at)} – {said.moment(row.ends_at)}",
        at=said.moment(row.made_at),
        by=str(row.made_by) if row.made_by else _("From a file"),
        proof=reverse("admin:notifications_run_proof", args=[run]) if run else "",
    )


def _late(outage: Outage) -> str:
    """That it was announced later than the rules ask, in words; empty where it was not."""
    first = outage.announcements.order_by("revision").first()
    times = LeadTime.objects.in_force(kind=outage.kind, on=local_day(outage.starts_at))
    within = times.get(outage.unit_id, times.get(None))
    if first is None or within is None:
        return ""
    if outage.planned and first.made_at > first.starts_at - within:
        return _("Announced late: the rules ask for %(time)s ahead.") % {
            "time": said.duration(within)
        }
    if not outage.planned and first.made_at > first.starts_at + within:
        return _("Recorded late: the rules ask for it within %(time)s.") % {
            "time": said.duration(within)
        }
    return ""


@require_POST
def record(request: HttpRequest, outage_id: int, news: str) -> HttpResponse:
    """Record the end, another expected time, or that it does not take place."""
    mine = Outage.objects.recordable_by(request.user).select_related("unit")
    outage = get_object_or_404(mine, pk=outage_id)
    if news not in FORMS:
        raise Http404
    form = FORMS[news](request.POST, prefix=news)
    if not form.is_valid():
        return _page(request, outage, {news: form})
    verbs: dict[str, Callable[..., Any]] = {
        "end": lambda **given: outages.end(ended_at=form.cleaned_data["at"], **given),
        "postpone": lambda **given: outages.postpone(ends_at=form.cleaned_data["at"], **given),
        "withdraw": outages.withdraw,
    }
    try:
        verbs[news](outage=outage, by=member(request), at=timezone.now())
    except outages.OutageError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Recorded. Who was told of the outage is told."))
    return redirect("admin:notifications_outage_show", outage.pk)
