from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.models import Look
from customers.words import screen
from portal.lib.desk import ShownAdmin


@admin.register(Look)
class LookAdmin(ShownAdmin):
    """Who of the staff looked at whose data, for auditors."""

    list_display = ["at", "user", "account", "login", "seen", "reason", "reference"]
    list_select_related = ["user", "account"]
    list_filter = ["reason"]
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["account__number__exact", "user__email__exact", "reference__exact"]
    search_help_text = _("A whole customer code, a call or case number, or a colleague's e-mail")
    sortable_by = ["at"]
    ordering = ["-at", "pk"]
    fields = ["at", "user", "account", "login", "seen", "reason", "reference"]
    actions = None

    @admin.display(description=_("login"))
    def login(self, look: Look) -> str:
        """Of whom, where it was about no account; the number as the commands take it."""
        return f"#{look.about_id}" if look.about_id else ""

    @admin.display(description=_("where"))
    def seen(self, look: Look) -> str:
        """What they had before them."""
        return screen(look)
