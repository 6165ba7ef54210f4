from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.admin.importing import SheetImportMixin
from customers.admin.opening import OpenedAdmin
from customers.models import ContactPoint
from customers.resources import ContactResource
from portal.lib.desk import ShownAdmin


@admin.register(ContactPoint)
class ContactPointAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """What kinds of contacts customers have; one is shown in full on its customer's page alone."""

    resource_classes = [ContactResource]
    list_display = ["account", "kind", "owner", "source", "is_proven", "suspended_at"]
    list_filter = ["kind", "source"]
    search_fields = ["account__number__exact"]
    search_help_text = _("A whole customer code")
    ordering = ["-pk"]
    fields = [
        "account",
        "kind",
        "ending",
        "owner",
        "source",
        "verified_at",
        "confirmed_at",
        "known_since",
        "suspended_at",
        "suspended_because",
    ]

    @admin.display(description=_("proven"), boolean=True)
    def is_proven(self, contact: ContactPoint) -> bool:
        return contact.proven_at is not None

    @admin.display(description=_("value"))
    def ending(self, contact: ContactPoint) -> str:
        """Enough to recognise it."""
        return contact.masked

    @admin.display(description=_("suspended because"))
    def suspended_because(self, contact: ContactPoint) -> str:
        ours = dict(ContactPoint.Suspended.choices)
        return str(ours.get(contact.suspended_why, contact.suspended_why))
