from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.models import AccountLink
from customers.services import links
from portal.lib.desk import ShownAdmin


@admin.register(AccountLink)
class AccountLinkAdmin(ShownAdmin):
    """Who sees which account. Made by the people themselves; staff can end them."""

    list_display = ["user", "account", "role", "state", "created_at", "ends_at"]
    list_select_related = ["user", "account"]
    list_filter = ["state", "role"]
    search_fields = ["account__number__exact", "user__email__exact", "user__phone__exact"]
    search_help_text = _("A whole customer code, e-mail address or phone number")
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ["created_at"]
    ordering = ["-created_at", "pk"]
    actions = ["end"]

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("customers.change_accountlink")

    @admin.action(description=_("End the chosen links at once"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[AccountLink]) -> None:
        ended = links.end(links=queryset, at=timezone.now())
        text = ngettext("%(count)d link ended.", "%(count)d links ended.", ended)
        messages.success(request, text % {"count": ended})
