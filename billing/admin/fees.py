from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.models import ServiceFee
from billing.resources import FeeResource
from customers.admin.importing import SheetImportMixin
from customers.admin.opening import OpenedAdmin
from portal.lib.desk import ShownAdmin


@admin.register(ServiceFee)
class ServiceFeeAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """Service fees; how much is shown where the account is opened for a reason."""

    resource_classes = [FeeResource]
    list_display = ["reference", "account", "due_on"]
    list_filter = ["due_on"]
    search_fields = ["reference__exact", "account__number__exact"]
    search_help_text = _("A whole fee number or customer code")
    ordering = ["-due_on", "pk"]
