from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.models import Read
from billing.resources import ReadResource
from customers.admin.importing import SheetImportMixin
from customers.admin.opening import OpenedAdmin
from customers.models import Account
from portal.lib.desk import ShownAdmin


@admin.register(Read)
class ReadAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """Daily reads; the index is shown where the account is opened for a reason."""

    resource_classes = [ReadResource]
    list_display = ["meter", "day", "quality", "learned_at"]
    list_filter = ["quality"]
    search_fields = ["meter__serial__exact", "meter__account__number__exact"]
    search_help_text = _(
        "A whole meter number or customer code. Reads of months that are over stand here for five"
        " weeks more; the customer's page shows them all."
    )
    ordering = ["-day", "pk"]

    def subject_of(self, row: Read) -> Account:
        return row.meter.account
