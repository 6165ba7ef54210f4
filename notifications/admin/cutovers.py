"""Cut-overs at the desk: planned, worked out, approved by another, measured; one page each."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from customers.admin.staff import member
from customers.models import OperatingUnit
from notifications.forms import CutoverForm
from notifications.models import Cutover
from notifications.queries.cutovers import with_sums
from notifications.services import cutovers
from portal.lib import said
from portal.lib.desk import ShownAdmin
from portal.lib.money import dong
from portal.lib.periods import local_day

from .cutover_calls import ask_for_calls, print_calls, take_calls
from .cutover_page import PLAN, act, reveal_loss, show, state_of
from .trying import ring_for_trials


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Which companies, from which day; then each has its page, where it is worked out."""
    if not request.user.has_perm(PLAN):
        raise PermissionDenied
    now, by = timezone.now(), member(request)
    units = cutovers.candidates(user=by)
    form = CutoverForm(request.POST or None, units=units, today=local_day(now))
    if request.method == "POST" and form.is_valid():
        chosen: list[OperatingUnit] = list(form.cleaned_data["units"])
        day = form.cleaned_data["starts_on"]
        try:
            made = cutovers.plan(units=chosen, starts_on=day, by=by, at=now)
        except cutovers.CutoverError as error:
            form.add_error(None, str(error))
        else:
            ring_for_trials()
            if len(made) > 1:
                return redirect("admin:notifications_cutover_changelist")
            return redirect("admin:notifications_cutover_show", made[0].pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Plan a cut-over"),
        "form": form,
        "has_candidates": units.exists(),
    }
    return TemplateResponse(request, "admin/notifications/cutover/plan.html", context)


@admin.register(Cutover)
class CutoverAdmin(ShownAdmin):
    """All companies that were, are or will be cut over, with what that means for each."""

    list_display = [
        "page",
        "starts_on",
        "state_now",
        "lost_worked_out",
        "lost_found",
        "cost_worked_out",
        "cost_found",
    ]
    list_display_links = None
    list_select_related = ["unit"]
    sortable_by = ()
    ordering = ["-starts_on", "pk"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cutover]:
        return with_sums(Cutover.objects.visible_to(request.user))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        page, calls = "<int:cutover_id>/show/", "<int:cutover_id>/calls/"
        own = [
            path("plan/", view(plan), name="notifications_cutover_plan"),
            path(page, view(show), name="notifications_cutover_show"),
            path(f"{page}<slug:verb>/", view(act), name="notifications_cutover_act"),
            path(f"{calls}list.csv", view(take_calls), name="notifications_cutover_calls"),
            path(f"{calls}print/", view(print_calls), name="notifications_cutover_print"),
            path(f"{calls}ask/", view(ask_for_calls), name="notifications_cutover_ask_calls"),
            path(
                f"{calls}<int:loss_id>/reveal/",
                view(reveal_loss),
                name="notifications_cutover_reveal",
            ),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"may_plan": request.user.has_perm(PLAN)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:notifications_cutover_show", object_id)

    @admin.display(description=_("company"))
    def page(self, cutover: Cutover) -> str:
        url = reverse("admin:notifications_cutover_show", args=[cutover.pk])
        return format_html('<a href="{}">{}</a>', url, cutover.unit)

    @admin.display(description=_("state"))
    def state_now(self, cutover: Cutover) -> str:
        return str(state_of(cutover, at=timezone.now())[1])

    @admin.display(description=_("lose the only channel (of 60 or more)"))
    def lost_worked_out(self, cutover: Any) -> str:
        if cutover.lost is None:
            return "–"
        return f"{said.count(cutover.lost)} ({said.count(cutover.lost_elderly or 0)})"

    @admin.display(description=_("lost it, measured"))
    def lost_found(self, cutover: Any) -> str:
        return "–" if cutover.lost_measured is None else said.count(cutover.lost_measured)

    @admin.display(description=_("cost of SMS"))
    def cost_worked_out(self, cutover: Any) -> str:
        if cutover.cost_before is None:
            return "–"
        return f"{dong(cutover.cost_before)} → {dong(cutover.cost_after or 0)}"

    @admin.display(description=_("SMS, measured"))
    def cost_found(self, cutover: Any) -> str:
        return "–" if cutover.cost_measured is None else dong(cutover.cost_measured)
