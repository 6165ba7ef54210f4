"""Every list of the desk as a file: the rows and the order that stand on the page, all of them.

What files brought leaves as such a file again; other lists leave as they are shown. A list about
customers is a download: a permission of its own, a limit, above it a second person, and the number
of the download in each line.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.admin.importing import SheetImportMixin
from customers.admin.staff import member
from customers.services import downloads
from notifications.admin import call_files
from notifications.admin.call_files import from_here
from portal.lib import files_out, listed
from portal.lib.files_out import Form
from portal.lib.importing import SheetResource
from portal.lib.periods import local_day

TAKE = "customers.take_list"
AT_ONCE = 2000

STAY: dict[str, str] = {
    "customers.Look": "the record of who looked at whom",
    "customers.LookAlarm": "the record of who looked at whom",
    "customers.Download": "the record of who took what",
    "customers.LinkRequest": "asked from an account, never from a list of them",
    "customers.LinkFreeze": "whose linking is frozen is known to whoever may lift it",
    "customers.LostFactor": "who can be taken for somebody else just now",
    "customers.Protection": "a file of them would tell whom it protects",
    "customers.User": "logins",
    "billing.SupplyStop": "the guard judges each anew; nobody may cut by a file of yesterday",
    "notifications.Halt": "a page with switches, no list",
    "notifications.WordingChange": "a page of the words as they stand, no list",
}
"""Tables that never leave as a file, and why not."""

NOBODYS = frozenset(
    {
        "billing.PaymentTerms",
        "billing.Tariff",
        "billing.VatRate",
        "customers.AnswerTemplate",
        "customers.CaseTerms",
        "customers.ConsentText",
        "customers.ContactTerms",
        "customers.OperatingUnit",
        "customers.ReviewTerms",
        "notifications.Audience",
        "notifications.Campaign",
        "notifications.ChannelPrice",
        "notifications.ChannelState",
        "notifications.Cutover",
        "notifications.KindPolicy",
        "notifications.LeadTime",
        "notifications.Outage",
        "notifications.QuietHours",
        "notifications.Run",
    }
)
"""Tables that are about no customer: whoever sees the list may take it along, unrecorded."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as somebody asked for it; ``file`` is what its download is recorded as."""

    desk: ModelAdmin
    shown: ChangeList
    rows: int
    file: dict[str, str]

    @property
    def names_customers(self) -> bool:
        return str(self.desk.opts.label) not in NOBODYS

    @property
    def back(self) -> str:
        """The page of the list."""
        opts, query = self.desk.opts, self.shown.get_query_string()
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist") + query


def may_take(request: HttpRequest, desk: ModelAdmin) -> bool:
    """Whether this person may take the list along that they see."""
    label = str(desk.opts.label)
    if label in STAY or not desk.has_view_or_change_permission(request):
        return False
    return label in NOBODYS or request.user.has_perm(TAKE)


@require_POST
@from_here
def take(request: HttpRequest, app: str, model: str) -> HttpResponseBase:
    """The file, row by row as the database gives them."""
    form = _form(request)
    found = _asked_for(request, app, model)
    if not found.rows:
        messages.warning(request, _("The list is empty: there is nothing to download."))
        return redirect(found.back)
    if found.rows > form.most_rows:
        messages.error(request, _("So many rows fit into no workbook; download them as CSV."))
        return redirect(found.back)
    if not found.names_customers:
        return _file(found, form, number=None)
    by, at = member(request), timezone.now()
    try:
        taken = downloads.take(**found.file, rows=found.rows, by=by, at=at)
    except downloads.NeedsApproval:
        return _too_many(request, found)
    return _file(found, form, number=taken.pk)


@require_POST
def ask(request: HttpRequest, app: str, model: str) -> HttpResponse:
    """Ask a second person for a list that is too long for one."""
    found = _asked_for(request, app, model)
    if not found.names_customers:
        raise Http404
    return call_files.ask(request, file=found.file, rows=found.rows, back=(found.back,))


def _form(request: HttpRequest) -> Form:
    try:
        return Form(request.POST.get("form", ""))
    except ValueError:
        raise Http404 from None


def _asked_for(request: HttpRequest, app: str, model: str) -> Listed:
    """The list that the query string names, where this person may take it along.

    :raises Http404: there is no such list, or it leaves as no file
    """
    try:
        desk = admin.site._registry[apps.get_model(app, model)]
    except LookupError:
        raise Http404 from None
    if str(desk.opts.label) in STAY:
        raise Http404
    if not may_take(request, desk):
        raise PermissionDenied
    try:
        shown = desk.get_changelist_instance(request)
    except IncorrectLookupParameters:
        raise Http404 from None
    return Listed(desk, shown, shown.queryset.count(), _recorded(desk, shown))


def _recorded(desk: ModelAdmin, shown: ChangeList) -> dict[str, str]:
    """What the download is called, for whoever approves it, and by what it is known again.

    What was searched for may be a name: it is said that something was, not what.
    """
    words = [str(desk.opts.verbose_name_plural).capitalize(), *_chosen(shown)]
    if shown.query:
        words.append(_("what was searched for"))
    narrowed = repr((shown.query, sorted(shown.get_filters_params().items())))
    digest = hashlib.sha256(narrowed.encode()).hexdigest()[:20]
    return {"what": " · ".join(words)[:120], "key": f"list {desk.opts.label} {digest}"[:60]}


def _chosen(shown: ChangeList) -> Iterator[str]:
    """The filters that narrow the list, in words."""
    for spec in shown.filter_specs:
        if spec.used_parameters:
            chosen = [str(one["display"]) for one in spec.choices(shown) if one["selected"]]
            yield f"{spec.title}: {', '.join(chosen)}"


def _file(found: Listed, form: Form, *, number: int | None) -> HttpResponseBase:
    """The lines, each with the number of the download where there is one."""
    rows = found.shown.queryset[: found.rows]
    headings, lines = _lines(found, rows)
    name = _resource(found.desk)
    kind = name.table.kind if name else str(found.desk.opts.model_name)
    parts = [kind, local_day(timezone.now()).isoformat()]
    if number is not None:
        headings, lines = [*headings, _("download")], ([*line, number] for line in lines)
        parts.append(str(number))
    return files_out.answer(form, name="-".join(parts), headings=headings, lines=lines)


def _lines(found: Listed, rows: QuerySet[Any]) -> tuple[list[str], Iterable[list[Any]]]:
    if resource := _resource(found.desk):
        headings = [column.heading for column in resource.table.columns]
        return headings, resource.written(rows, at_once=AT_ONCE)
    names = listed.names(found.shown)
    lines = (listed.cells(found.desk, names, row) for row in rows.iterator(chunk_size=AT_ONCE))
    return listed.headings(found.desk, names), lines


def _resource(desk: ModelAdmin) -> type[SheetResource] | None:
    """The kind of file that the rows came by, where they leave as one again."""
    if not isinstance(desk, SheetImportMixin):
        return None
    resource = desk.resource_classes[0]
    return resource if resource.kept_in is not None else None


def _too_many(request: HttpRequest, found: Listed) -> HttpResponse:
    """How to get at the list all the same: narrowed, or with a second person."""
    opts = found.desk.opts
    asking = reverse("admin:list_ask", args=[opts.app_label, opts.model_name])
    return call_files.too_many(
        request,
        subject=str(opts.verbose_name_plural).capitalize(),
        back=found.back,
        rows=found.rows,
        parts=[],
        ask_url=asking + found.shown.get_query_string(),
    )
