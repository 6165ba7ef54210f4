"""Stops of supply at the desk: what is planned, what holds each, and the overdue bills."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from billing.models import SupplyStop
from billing.services import supply_stops
from customers.admin.opening import OpenedAdmin
from customers.admin.staff import member
from customers.models import Account, Look, User
from customers.services import looks
from customers.services.looks import Subject
from notifications.forms import StopForm
from notifications.hindrances import HINDRANCES, WAIVABLE, Hindrance
from notifications.models import Notice
from notifications.services import guarding
from portal.lib.desk import ShownAdmin
from portal.lib.said import day, moment

PER_PAGE = 50
ADD, CHANGE = "billing.add_supplystop", "billing.change_supplystop"
OVERRIDE = "billing.override_supplystop"
LIST = "admin:billing_supplystop_changelist"


@dataclass(frozen=True)
class Card:
    """One stop: how it stands, what holds it, and what this person may do about it."""

    stop: SupplyStop
    tone: str
    state: str
    cut_at: str
    asked_at: str
    against: list[Hindrance]
    allowed: list[Hindrance]
    may_call_off: bool
    may_override: bool
    own_request: bool


@admin.register(SupplyStop)
class SupplyStopAdmin(OpenedAdmin, ShownAdmin):
    """Planned stops with the word of the guard; a stop has no page of its own, but a history."""

    def subject_of(self, row: SupplyStop) -> Subject:
        account: Account = row.bill.account
        return account

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("overdue/", view(overdue), name="billing_supplystop_overdue"),
            path("<int:stop_id>/call-off/", view(call_off), name="billing_supplystop_call_off"),
            path("<int:stop_id>/override/", view(override), name="billing_supplystop_override"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404
        if set(request.GET) - {"page"}:
            # Nothing is filtered here: no column answers through the address line.
            return redirect(LIST)
        at = timezone.now()
        rows = SupplyStop.objects.visible_to(request.user).planned().not_before(at).soonest_first()
        page = Paginator(_whole(rows), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Stops of supply"),
            "page": page,
            "cards": cards(page, member(request), at=at),
            "may_add": request.user.has_perm(ADD),
        }
        return TemplateResponse(request, "admin/billing/supplystop/list.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404
        return redirect(LIST)


def _whole(rows: Any) -> Any:
    return rows.select_related("bill__account__unit", "asked_by", "overridden_by").prefetch_related(
        "notices"
    )


def cards(stops: Iterable[SupplyStop], user: User, *, at: datetime) -> list[Card]:
    """The stops as the page shows them. One query, whatever their number."""
    stops = list(stops)
    found = guarding.judge([stop.pk for stop in stops], at=at)
    return [_card(stop, user, found.get(stop.pk, [])) for stop in stops]


def _card(stop: SupplyStop, user: User, against: list[str]) -> Card:
    notice = next(iter(stop.notices.all()), None)
    if notice is not None:
        # It was in time when it was sent; the claim has seen to that.
        against = [code for code in against if code != "too_soon"]
    tone, state = _state(notice, against)
    own = stop.asked_by_id == user.pk
    waivable = bool(WAIVABLE & set(against))
    return Card(
        stop=stop,
        tone=tone,
        state=state,
        cut_at=moment(stop.cut_at),
        asked_at=moment(stop.asked_at),
        against=[HINDRANCES[code] for code in against],
        allowed=[HINDRANCES[code] for code in stop.overridden_for if code in HINDRANCES],
        may_call_off=user.has_perm(CHANGE),
        may_override=waivable and not own and user.has_perm(OVERRIDE),
        own_request=waivable and own and user.has_perm(OVERRIDE),
    )


def _state(notice: Notice | None, against: list[str]) -> tuple[str, str]:
    """How the stop stands: the tone of a tag, and its word."""
    if against:
        return "error", _("Blocked: do not cut")
    if notice is None:
        return "wait", _("Will be told within a minute")
    reach = Notice.Reach
    if notice.reach in (reach.DELIVERED, reach.SEEN):
        return "success", _("The customer was told in time")
    if notice.reach == reach.TRYING:
        return "wait", _("Being told: do not cut before it arrived")
    if notice.reach == reach.UNREACHABLE:
        return "error", _("Nobody was reached: ring, and do not cut")
    why = notice.get_reason_display()
    return "error", _("Do not cut, and plan anew: the notice was not sent (%(why)s)") % {"why": why}


@require_http_methods(["GET", "POST"])
def overdue(request: HttpRequest) -> HttpResponse:
    """Overdue bills of the own company without a stop, to choose from."""
    if not request.user.has_perm(ADD):
        raise Http404
    at, user = timezone.now(), member(request)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _planned(request, form, at):
        return redirect(LIST)
    bills = supply_stops.candidates(user=user, at=at).select_related("account__unit")
    rows = Paginator(bills.order_by("due_on", "pk"), PER_PAGE)
    page = rows.get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": _("Overdue bills without a stop of supply"),
        "form": form,
        "page": page,
        "rows": [(bill, day(bill.due_on), f"{bill.month:%m/%Y}") for bill in page],
        "chosen": request.POST.getlist("bill"),
    }
    return TemplateResponse(request, "admin/billing/supplystop/overdue.html", context)


def _planned(request: HttpRequest, form: StopForm, at: datetime) -> bool:
    """Whether stops were planned for the bills that are ticked; else the form says why not."""
    ticked = [one for one in request.POST.getlist("bill") if one.isascii() and one.isdecimal()]
    bills = [int(one) for one in ticked[:PER_PAGE] if len(one) < 18]
    known = {"cut_at": form.cleaned_data["cut_at"], "by": member(request), "at": at}
    try:
        made = supply_stops.plan(bills=bills, **known)
    except supply_stops.StopError as error:
        form.add_error("cut_at", str(error))
        return False
    if not made:
        form.add_error(None, _("Tick at least one bill."))
        return False
    text = ngettext("%(n)d stop is planned.", "%(n)d stops are planned.", len(made))
    messages.success(request, text % {"n": len(made)})
    return True


@require_POST
def call_off(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Let nobody cut, with the reason."""
    return _act(request, stop_id, CHANGE, supply_stops.call_off, _("Called off: do not cut."))


@require_POST
def override(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Let one case through although, with the reason."""
    done = _("Allowed: the customer is told now, unless something else holds it.")
    return _act(request, stop_id, OVERRIDE, guarding.override, done)


def _act(
    request: HttpRequest, stop_id: int, permission: str, service: Any, done: str
) -> HttpResponse:
    if not request.user.has_perm(permission):
        raise Http404
    rows = SupplyStop.objects.visible_to(request.user).select_related("bill__account")
    stop = get_object_or_404(rows, pk=stop_id)
    by, at = member(request), timezone.now()
    try:
        service(stop=stop, why=request.POST.get("why", ""), by=by, at=at)
    except supply_stops.StopError as error:
        messages.error(request, str(error))
        return redirect(LIST)
    looks.record(
        user=by,
        subject=stop.bill.account,
        page=f"supply stop {stop.pk}",
        reason=Look.Reason.REVIEW,
        reference=f"{stop.pk}",
        at=at,
    )
    messages.success(request, done)
    return redirect(LIST)
