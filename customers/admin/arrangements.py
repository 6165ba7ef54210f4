"""Arrangements as staff see, decide and close them."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.admin.importing import SheetImportMixin
from customers.models import Arrangement, RelativeContact
from customers.resources import ArrangementResource
from customers.words import TONES, facts
from portal.lib.desk import ShownAdmin
from portal.lib.periods import local_day

from . import needs
from .deciding import CHANGE, act, choices, waiting
from .opening import OpenedAdmin, question
from .readback import read_back
from .settling import end, renew

SOON = timedelta(days=30)
LATELY = timedelta(days=7)


class ReviewFilter(admin.SimpleListFilter):
    """In force, and to be confirmed again soon or already late."""

    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("soon", _("within 30 days, or late")), ("late", _("late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        limits: dict[str | None, date] = {"late": local_day(timezone.now())}
        limits["soon"] = limits["late"] + SOON
        if self.value() not in limits:
            return queryset
        return queryset.to_review_before(limits[self.value()])  # type: ignore[attr-defined]


class DisownedFilter(admin.SimpleListFilter):
    """Closed within a week because the customer said that it was not them: to be rung."""

    title = _("refused by the customer")
    parameter_name = "disowned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("week", _("within the last 7 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "week":
            return queryset
        return queryset.disowned_since(timezone.now() - LATELY)  # type: ignore[attr-defined]


@admin.register(Arrangement)
class ArrangementAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    resource_classes = [ArrangementResource]
    list_display = ["account", "kind", "state", "requested_by", "requested_at", "review_on"]
    list_display_links = ["account", "kind"]
    list_select_related = ["account", "requested_by"]
    list_filter = ["state", "kind", ReviewFilter, DisownedFilter]
    search_fields = ["account__number__exact", "reference__exact"]
    search_help_text = _("A whole customer code, or the number of the call or letter")
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ["requested_at", "review_on"]
    ordering = ["-requested_at", "pk"]
    actions = None

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("waiting/", wrap(waiting), name="customers_arrangement_waiting"),
            path("<int:arrangement_id>/renew/", wrap(renew), name="customers_arrangement_renew"),
            path("<int:arrangement_id>/end/", wrap(end), name="customers_arrangement_end"),
            path("<int:arrangement_id>/<slug:verb>/", wrap(act), name="customers_arrangement_act"),
        ]
        *known, everything_else = super().get_urls()
        return [*known, *own, everything_else]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What was agreed, what to read back, and what this person may do about it."""
        if request.method == "POST":
            raise PermissionDenied
        rows = Arrangement.objects.visible_to(request.user).with_terms()
        if not object_id.isdecimal():
            raise Http404
        arrangement = get_object_or_404(rows, pk=object_id)
        if asked := question(request, arrangement.account, page=f"arrangement {arrangement.pk}"):
            return asked
        is_expired = arrangement.state == Arrangement.State.EXPIRED
        is_open = arrangement.state in Arrangement.OPEN and not is_expired
        page = {
            **self.admin_site.each_context(request),
            "title": arrangement.get_kind_display(),
            "arrangement": arrangement,
            "tone": TONES[Arrangement.State(arrangement.state)],
            "facts": facts(arrangement),
            "needs": needs.shown(request, arrangement.account),
            "read_back": read_back(arrangement) if is_open else [],
            "is_expired": is_expired,
            "may": choices(request.user, arrangement, at=timezone.now()),
            "asks_relative": _asks_relative(request, arrangement),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/customers/arrangement/change_form.html", page)


def _asks_relative(request: HttpRequest, arrangement: Arrangement) -> bool:
    """Whether the relative still has to say yes themselves, and this person may ask them."""
    terms = arrangement.terms
    waits = isinstance(terms, RelativeContact) and terms.agreed_at is None
    is_open = arrangement.state == Arrangement.State.REQUESTED
    return waits and is_open and request.user.has_perm(CHANGE)
