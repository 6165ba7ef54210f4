from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.models import Debit
from billing.resources import DebitResource
from customers.admin.importing import SheetImportMixin
from customers.admin.opening import OpenedAdmin
from portal.lib.desk import ShownAdmin


@admin.register(Debit)
class DebitAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """Results of debits; how much is shown where the account is opened for a reason."""

    resource_classes = [DebitResource]
    list_display = ["account", "debited_on", "result"]
    list_filter = ["result", "debited_on"]
    search_fields = ["account__number__exact"]
    search_help_text = _("A whole customer code")
    ordering = ["-debited_on", "pk"]
