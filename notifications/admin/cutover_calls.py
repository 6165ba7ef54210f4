"""Who would lose the only channel: numbers shown one by one, printed, or taken away as a file."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.admin.staff import member
from customers.need_words import how_to_reach
from customers.services import downloads
from notifications.models import Cutover, CutoverLoss
from notifications.queries.cutovers import to_call
from portal.lib import phones, said
from portal.lib.text import clean, mask

from . import call_files
from .call_files import TAKE, Part

VIEW = "notifications.view_cutover"
COLUMNS = ("number", "name", "age", "ward", "address", "phone", "how")


def cutover_of(request: HttpRequest, cutover_id: int) -> Cutover:
    """The cut-over, for people who may see it: of their company, or of all."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    people = ("unit", "made_by", "approved_by", "ended_by", "trial")
    found = Cutover.objects.visible_to(request.user).select_related(*people)
    return get_object_or_404(found, pk=cutover_id)


def call(loss: CutoverLoss, cutover: Cutover, *, revealed: int | None = None) -> dict[str, Any]:
    """One person to ring; their numbers masked, unless theirs is ``revealed``."""
    account, on = loss.account, cutover.starts_on
    is_revealed = loss.pk == revealed
    return {"loss": loss, "account": account, "is_revealed": is_revealed} | _told(
        loss, on, show=phones.display if is_revealed else mask
    )


def _told(loss: CutoverLoss, on: date, *, show: Any) -> dict[str, Any]:
    account = loss.account
    return {
        "number": account.number,
        "name": account.holder_name,
        "age": account.age_on(on),
        "ward": account.ward,
        "address": account.address,
        "phone": ", ".join(show(contact.value) for contact in account.phones),  # type: ignore[attr-defined]
        "how": how_to_reach(account),
    }


@require_GET
@call_files.from_here
def take_calls(request: HttpRequest, cutover_id: int) -> HttpResponse | StreamingHttpResponse:
    """Everybody to be rung, one a line, for a spreadsheet; who took it is recorded."""
    cutover, listed, file = _asked_for(request, cutover_id)
    try:
        taken = downloads.take(**file, rows=listed.count(), by=member(request), at=timezone.now())
    except downloads.NeedsApproval:
        return _too_many(request, cutover, listed)
    headings = [_("customer code"), _("name"), _("age"), _("ward"), _("address"), _("phone")]
    headings.append(_("how to reach"))
    told = (
        _told(loss, cutover.starts_on, show=phones.display)
        for loss in listed.iterator(chunk_size=1000)
    )
    lines = ([one[name] for name in COLUMNS] for one in told)
    name = f"call-list-cutover-{cutover.unit.code}"
    return call_files.in_a_file(taken, name=name, headings=headings, lines=lines)


@require_GET
@call_files.from_here
def print_calls(request: HttpRequest, cutover_id: int) -> HttpResponse:
    """The same on paper: who took it, and the number of the record, stand on each sheet."""
    cutover, listed, file = _asked_for(request, cutover_id)
    at = timezone.now()
    try:
        taken = downloads.take(**file, rows=listed.count(), by=member(request), at=at)
    except downloads.NeedsApproval:
        return _too_many(request, cutover, listed)
    mark = _("Taken by %(who)s, %(when)s, record %(number)d")
    context = {
        **admin.site.each_context(request),
        "title": _("Call list: %(cutover)s") % {"cutover": cutover},
        "cutover": cutover,
        "mark": mark % {"who": member(request), "when": said.moment(at), "number": taken.pk},
        "rows": [_told(loss, cutover.starts_on, show=phones.display) for loss in listed],
    }
    return TemplateResponse(request, "admin/notifications/cutover/calls_print.html", context)


@require_POST
def ask_for_calls(request: HttpRequest, cutover_id: int) -> HttpResponse:
    """Ask a second person for a list that is too long for one."""
    cutover, listed, file = _asked_for(request, cutover_id)
    back = ("admin:notifications_cutover_show", cutover.pk)
    return call_files.ask(request, file=file, rows=listed.count(), back=back)


def _asked_for(
    request: HttpRequest, cutover_id: int
) -> tuple[Cutover, QuerySet[CutoverLoss], dict[str, str]]:
    """The cut-over, the rows, and what the file is recorded as; of one ward where one is named."""
    if not request.user.has_perm(TAKE):
        raise PermissionDenied
    cutover = cutover_of(request, cutover_id)
    listed, ward = to_call(cutover, user=request.user), clean(request.GET.get("ward", ""))
    if ward:
        listed = listed.filter(account__ward=ward)
    what = _("Call list: %(cutover)s") % {"cutover": f"{cutover} {ward}".strip()}
    return cutover, listed, {"what": what[:120], "key": f"cutover {cutover.pk} {ward}"[:60]}


def _too_many(
    request: HttpRequest, cutover: Cutover, listed: QuerySet[CutoverLoss]
) -> HttpResponse:
    """How to get at the list all the same: ward by ward, or with a second person."""
    wards = listed.order_by("account__ward").values_list("account__ward").annotate(Count("pk"))
    whole = reverse("admin:notifications_cutover_calls", args=[cutover.pk])
    asking = reverse("admin:notifications_cutover_ask_calls", args=[cutover.pk])
    ward = clean(request.GET.get("ward", ""))
    return call_files.too_many(
        request,
        subject=cutover,
        back=reverse("admin:notifications_cutover_show", args=[cutover.pk]),
        rows=listed.count(),
        parts_heading=_("Take it ward by ward"),
        parts=[Part(name, rows, f"{whole}?{urlencode({'ward': name})}") for name, rows in wards],
        ask_url=f"{asking}?{urlencode({'ward': ward})}" if ward else asking,
    )
