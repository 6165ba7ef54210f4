from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.admin.importing import SheetImportMixin
from notifications.models import Outage
from notifications.resources import OutageResource
from portal.lib.desk import ShownAdmin

from .outage_pages import RECORD, record, report, show


class MatchFilter(admin.SimpleListFilter):
    """Outages to come that nobody will be told of."""

    title = _("accounts in the area")
    parameter_name = "matched"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("none found, to come"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Outage]) -> QuerySet[Outage]:
        if self.value() != "none":
            return queryset
        nobody = Outage.objects.matching_nobody(at=timezone.now())
        return queryset.filter(pk__in=nobody.values("pk"))


@admin.register(Outage)
class OutageAdmin(SheetImportMixin, ShownAdmin):
    """Interruptions of supply, known to everybody; their company records what is new."""

    resource_classes = [OutageResource]
    import_export_change_list_template = "admin/notifications/outage/change_list.html"
    list_display = ["code", "unit", "area", "starts_at", "ends_at", "matched", "over_at", "reason"]
    list_filter = ["unit", "planned", "starts_at", MatchFilter]
    list_select_related = ["unit"]
    ordering = ["-starts_at", "pk"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outage]:
        return Outage.objects.select_related("unit")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("report/", view(report), name="notifications_outage_report"),
            path("<int:outage_id>/show/", view(show), name="notifications_outage_show"),
            path(
                "<int:outage_id>/record/<slug:news>/",
                view(record),
                name="notifications_outage_record",
            ),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"may_record": request.user.has_perm(RECORD)}
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
        return redirect("admin:notifications_outage_show", object_id)
