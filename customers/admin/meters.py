from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.admin.importing import SheetImportMixin
from customers.admin.opening import OpenedAdmin
from customers.models import Meter
from customers.resources import MeterResource
from portal.lib.desk import ShownAdmin


@admin.register(Meter)
class MeterAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """Meters and the days between which they hung where."""

    resource_classes = [MeterResource]
    list_display = ["serial", "account", "installed_on", "removed_on"]
    search_fields = ["serial__exact", "account__number__exact"]
    search_help_text = _("A whole meter number or customer code")
    ordering = ["serial", "-pk"]
