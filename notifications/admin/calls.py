"""The call list of a run: numbers shown one by one, or taken away as a file."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.admin.staff import member
from customers.models import Download, Look
from customers.services import downloads, looks
from notifications.models import Notice, Run
from notifications.queries import call_list
from portal.lib import phones
from portal.lib.csv_lines import CONTENT_TYPE, csv_lines
from portal.lib.text import mask

TAKE = "customers.take_download"


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
        "why": notice.get_reason_display(),
    }


def record_reveal(request: HttpRequest, run: Run, notice: Notice) -> None:
    """Write down each number that is shown, for the work of ringing."""
    for contact in notice.account.phones:  # type: ignore[attr-defined]
        looks.record(
            user=member(request),
            subject=notice.account,
            page=f"{looks.REVEAL} {contact.pk}",
            reason=Look.Reason.CALL_LIST,
            reference=f"{run.kind} {run.subject}"[:40],
            at=timezone.now(),
        )


@require_GET
def call_list_csv(request: HttpRequest, run_id: int) -> HttpResponse | StreamingHttpResponse:
    """Everybody to be called, one a line, for a spreadsheet; who took it is recorded."""
    run, listed, file = _asked_for(request, run_id)
    try:
        taken = downloads.take(**file, rows=listed.count(), by=member(request), at=timezone.now())
    except downloads.NeedsApproval:
        return _too_many(request, run, listed)
    headings = [_("customer code"), _("name"), _("age"), _("company"), _("phone"), _("because")]
    headings.append(_("download"))
    # Each line leads to whoever took it, also copied out of the file or under another name.
    rows = ([*_line(notice, run), taken.pk] for notice in listed.iterator(chunk_size=1000))
    response = StreamingHttpResponse(csv_lines(headings, rows), content_type=CONTENT_TYPE)
    # The number leads from a file that turns up somewhere to whoever took it.
    name = f"call-list-{run.kind}-{run.subject}-{taken.pk}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def ask_for_call_list(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ask a second person for a list that is too long for one."""
    run, listed, file = _asked_for(request, run_id)
    downloads.ask(**file, rows=listed.count(), by=member(request), at=timezone.now())
    messages.success(request, _("Asked. Once a colleague has approved, download the list again."))
    return redirect("admin:notifications_run_proof", run.pk)


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
    now = timezone.now()
    companies = listed.order_by("account__unit__code").values_list(
        "account__unit", "account__unit__name"
    )
    context = {
        **admin.site.each_context(request),
        "title": _("This list is too long for one person"),
        "run": run,
        "unit": request.GET.get("unit", ""),
        "rows": listed.count(),
        "left": downloads.left_alone(user=member(request), at=now),
        "companies": list(companies.annotate(rows=Count("pk"))),
        "asked": Download.objects.waiting().filter(asked_by=member(request)).exists(),
    }
    return TemplateResponse(request, "admin/notifications/run/too_many.html", context, status=403)


def _line(notice: Notice, run: Run) -> list[object]:
    """A row of the file; age stays a number."""
    row = call(notice, run, revealed=notice.pk)
    columns = ("number", "name", "age", "company", "phone", "why")
    return [row[name] for name in columns]
