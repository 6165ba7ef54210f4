from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.models import AccountLink, User
from customers.services import links
from portal.lib.desk import ShownAdmin

from .opening import OpenedAdmin


@admin.register(AccountLink)
class AccountLinkAdmin(OpenedAdmin, ShownAdmin):
    """Who sees which account. Made by the people themselves; staff can end them."""

    list_display = ["user", "account", "role", "state", "created_at", "ends_at"]
    list_select_related = ["user", "account"]
    list_filter = ["state", "role"]
    search_fields = ["account__number__exact", "user__email__exact", "user__phone__exact"]
    search_help_text = _("A whole customer code, e-mail address or phone number")
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ["created_at"]
    ordering = ["-created_at", "pk"]
    actions = ["end", "restore"]

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("customers.change_accountlink")

    @admin.action(description=_("End the chosen links at once"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[AccountLink]) -> None:
        by, at = cast("User", request.user), timezone.now()
        open_ones = list(queryset.exclude(state=AccountLink.State.ENDED))
        for link in open_ones:
            links.end(link=link, by=by, at=at)
        ended = len(open_ones)
        text = ngettext("%(count)d link ended.", "%(count)d links ended.", ended)
        messages.success(request, text % {"count": ended})

    @admin.action(description=_("Put stopped links back in force"), permissions=["end"])
    def restore(self, request: HttpRequest, queryset: QuerySet[AccountLink]) -> None:
        """For warnings that were mistaken; not for one's own link."""
        by, at = cast("User", request.user), timezone.now()
        stopped = queryset.filter(state=AccountLink.State.FROZEN).exclude(user=by)
        restored = [links.unfreeze(link=link, by=by, at=at) for link in stopped]
        text = ngettext(
            "%(count)d link is in force again.",
            "%(count)d links are in force again.",
            len(restored),
        )
        messages.success(request, text % {"count": len(restored)})
