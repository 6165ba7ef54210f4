from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import LostFactor
from portal.lib.desk import ShownAdmin


class WaitingFilter(admin.SimpleListFilter):
    """What another supervisor can still decide."""

    title = _("decision")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("awaited"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        waits = self.value() == "yes"
        return queryset.waiting(at=timezone.now()) if waits else queryset  # type: ignore[attr-defined]


@admin.register(LostFactor)
class LostFactorAdmin(ShownAdmin):
    """Who of the staff lost their second step, who asked, who decided; a row opens as its page."""

    list_display = ["user", "asked_by", "asked_at", "now", "decided_by", "decided_at"]
    list_select_related = ["user", "asked_by", "decided_by"]
    list_filter = [WaitingFilter]
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["-asked_at", "pk"]
    actions = None

    @admin.display(description=_("state"))
    def now(self, lost: LostFactor) -> str:
        return str(lost.state_at(timezone.now()).label)
