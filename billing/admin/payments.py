from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.models import Payment
from billing.resources import PaymentResource
from customers.admin.importing import SheetImportMixin
from customers.admin.opening import OpenedAdmin
from portal.lib.desk import ShownAdmin


@admin.register(Payment)
class PaymentAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """Payments; how much is shown where the account is opened for a reason."""

    resource_classes = [PaymentResource]
    list_display = ["reference", "account", "paid_at", "collected_by"]
    list_filter = ["month"]
    search_fields = ["reference__exact", "account__number__exact"]
    search_help_text = _("A whole transaction number or customer code")
    ordering = ["-paid_at", "pk"]
