from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from notifications.models import Outage
from notifications.resources import OutageResource
from portal.lib.desk import ShownAdmin
from portal.lib.importing import SheetImportMixin


@admin.register(Outage)
class OutageAdmin(SheetImportMixin, ShownAdmin):
    """Interruptions of supply, known to everybody."""

    resource_classes = [OutageResource]
    list_display = ["code", "unit", "area", "starts_at", "ends_at", "reason"]
    list_filter = ["unit", "planned", "starts_at"]
    list_select_related = ["unit"]
    ordering = ["-starts_at", "pk"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outage]:
        return Outage.objects.select_related("unit")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.add_outage")
