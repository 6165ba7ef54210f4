from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing.models import Bill
from billing.resources import BillResource
from customers.admin.opening import OpenedAdmin
from portal.lib.desk import ShownAdmin
from portal.lib.importing import SheetImportMixin


@admin.register(Bill)
class BillAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """Bills; what an account used and owes is shown where it is opened for a reason."""

    resource_classes = [BillResource]
    list_display = ["account", "month_named", "issued_on", "due_on"]
    list_filter = ["month", "issued_on"]
    search_fields = ["account__number__exact"]
    search_help_text = _("A whole customer code")
    ordering = ["-month", "pk"]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("billing.add_bill")

    @admin.display(description=_("billing month"), ordering="month")
    def month_named(self, bill: Bill) -> str:
        return f"{bill.month:%m/%Y}"
