from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.admin.importing import SheetImportMixin
from customers.admin.opening import OpenedAdmin
from customers.models import Registration
from customers.resources import RegistrationResource
from portal.lib.desk import ShownAdmin


@admin.register(Registration)
class RegistrationAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """Who follows us on Zalo or uses the app, as their providers say."""

    resource_classes = [RegistrationResource]
    list_display = ["account", "channel", "is_registered", "since"]
    list_filter = ["channel", "is_registered"]
    search_fields = ["account__number__exact"]
    search_help_text = _("A whole customer code")
    ordering = ["-since", "pk"]
