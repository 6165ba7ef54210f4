"""The call list of a run: numbers shown one by one, or taken away as a file."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.admin.staff import member
from customers.need_words import how_to_reach
from customers.services import downloads
from notifications.models import Notice, Run
from notifications.queries import call_list
from portal.lib import phones
from portal.lib.text import mask

from . import call_files
from .call_files import TAKE, Part


def run_of(request: HttpRequest, run_id: int) -> Run:
    """The run, for people who may see runs."""
    if not request.user.has_perm("notifications.view_run"):
        raise PermissionDenied
    return get_object_or_404(Run, pk=run_id)


def call(notice: Notice, run: Run, *, revealed: int | None = None) -> dict[str, Any]:
    """One person to ring; their numbers masked, unless theirs is the notice ``revealed``."""
    account = notice.account
    on: date = timezone.localdate(run.planned_at)
    show = phones.display if notice.pk == revealed else mask
    return {
        "notice": notice,
        "account": account,
        "number": account.number,
        "name": account.holder_name,
        "age": account.age_on(on),
        "company": account.unit.name,
        "phone": ", ".join(show(contact.value) for contact in account.phones),  # type: ignore[attr-defined]
        "is_revealed": notice.pk == revealed,
        "how": how_to_reach(account),
        "why": notice.get_reason_display(),
    }


@require_GET
@call_files.from_here
def call_list_csv(request: HttpRequest, run_id: int) -> HttpResponse | StreamingHttpResponse:
    """Everybody to be called, one a line, for a spreadsheet; who took it is recorded."""
    run, listed, file = _asked_for(request, run_id)
    try:
        taken = downloads.take(**file, rows=listed.count(), by=member(request), at=timezone.now())
    except downloads.NeedsApproval:
        return _too_many(request, run, listed)
    headings = [_("customer code"), _("name"), _("age"), _("company"), _("phone")]
    headings += [_("how to reach"), _("because")]
    lines = (_line(notice, run) for notice in listed.iterator(chunk_size=1000))
    name = f"call-list-{run.kind}-{run.subject}"
    return call_files.in_a_file(taken, name=name, headings=headings, lines=lines)


@require_POST
def ask_for_call_list(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ask a second person for a list that is too long for one."""
    run, listed, file = _asked_for(request, run_id)
    back = ("admin:notifications_run_proof", run.pk)
    return call_files.ask(request, file=file, rows=listed.count(), back=back)


def _asked_for(request: HttpRequest, run_id: int) -> tuple[Run, QuerySet[Notice], dict[str, str]]:
    """The run, the rows, and what the file is recorded as; of one company where one is named."""
    run = run_of(request, run_id)
    if not request.user.has_perm(TAKE):
        raise PermissionDenied
    listed, unit = call_list(run=run, user=request.user), request.GET.get("unit", "")
    if unit and not unit.isdecimal():
        raise Http404
    if unit:
        listed = listed.filter(account__unit=int(unit))
    what = _("Call list: %(run)s") % {"run": run}
    return run, listed, {"what": what[:120], "key": f"calls {run.pk} {unit}"[:60]}


def _too_many(request: HttpRequest, run: Run, listed: QuerySet[Notice]) -> HttpResponse:
    """How to get at the list all the same: company by company, or with a second person."""
    companies = listed.order_by("account__unit__code").values_list(
        "account__unit", "account__unit__name"
    )
    whole = reverse("admin:notifications_run_calls", args=[run.pk])
    asking = reverse("admin:notifications_run_ask_calls", args=[run.pk])
    unit = request.GET.get("unit", "")
    return call_files.too_many(
        request,
        subject=run,
        back=reverse("admin:notifications_run_proof", args=[run.pk]),
        rows=listed.count(),
        parts_heading=_("Download it company by company"),
        parts=[
            Part(name, rows, f"{whole}?unit={key}")
            for key, name, rows in companies.annotate(rows=Count("pk"))
        ],
        ask_url=f"{asking}?unit={unit}" if unit else asking,
    )


def _line(notice: Notice, run: Run) -> list[object]:
    """A row of the file; age stays a number."""
    row = call(notice, run, revealed=notice.pk)
    columns = ("number", "name", "age", "company", "phone", "how", "why")
    return [row[name] for name in columns]
