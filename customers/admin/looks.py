from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Look
from portal.lib.desk import ShownAdmin

# What a look is recorded as, without the number that may follow.
SCREENS = {"account": _("account screen"), "contact": _("a contact in full")}


@admin.register(Look)
class LookAdmin(ShownAdmin):
    """Who of the staff looked at whose data, for auditors."""

    list_display = ["at", "user", "account", "seen"]
    list_select_related = ["user", "account"]
    search_fields = ["account__number__exact", "user__email__exact"]
    search_help_text = _("A whole customer code, or the e-mail address of a colleague")
    sortable_by = ["at"]
    ordering = ["-at", "pk"]
    fields = ["at", "user", "account", "seen"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Look]:
        return Look.objects.filter(account__in=Account.objects.visible_to(request.user))

    @admin.display(description=_("where"))
    def seen(self, look: Look) -> str:
        """What they had before them, in words."""
        screen = look.page.split(" ")[0]
        return str(SCREENS.get(screen, look.page))
