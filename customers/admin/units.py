from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.admin.importing import SheetImportMixin
from customers.models import OperatingUnit
from customers.resources import UnitResource
from portal.lib.desk import ShownAdmin


@admin.register(OperatingUnit)
class OperatingUnitAdmin(SheetImportMixin, ShownAdmin):
    """The companies as the billing system names them; no secret to anybody on the staff."""

    resource_classes = [UnitResource]
    list_display = ["code", "name"]
    search_fields = ["code__exact", "name"]
    search_help_text = _("Code or a part of the name")
    ordering = ["code"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[OperatingUnit]:
        return OperatingUnit.objects.all()
