"""What supervisors look into and approve: alarms of many looks, downloads, protected accounts."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.forms import ProtectionForm
from customers.models import Download, LookAlarm, Protection
from customers.services import downloads, look_alarms
from portal.lib.desk import ShownAdmin

from .staff import member


class UnreadFilter(admin.SimpleListFilter):
    """Alarms that nobody has looked into."""

    title = _("looked into")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("not yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(read_at=None) if self.value() == "yes" else queryset


@admin.register(LookAlarm)
class LookAlarmAdmin(ShownAdmin):
    """Colleagues who looked at more than their work explains."""

    list_display = ["raised_at", "user", "kind", "count", "read_by", "read_at"]
    list_filter = [UnreadFilter]
    list_display_links = None
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["-raised_at", "pk"]
    actions = ["read"]

    def has_read_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("customers.change_lookalarm")

    @admin.action(description=_("I have looked into it"), permissions=["read"])
    def read(self, request: HttpRequest, queryset: QuerySet[LookAlarm]) -> None:
        for alarm in queryset:
            try:
                look_alarms.read(alarm=alarm, by=member(request), at=timezone.now())
            except look_alarms.OwnAlarm as error:
                messages.error(request, str(error))


@admin.register(Download)
class DownloadAdmin(ShownAdmin):
    """Customers' data that was taken away as a file, or is asked for."""

    list_display = ["what", "rows", "asked_by", "asked_at", "approved_by", "taken_at"]
    list_display_links = None
    list_select_related = ["asked_by", "approved_by"]
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["-asked_at", "pk"]
    actions = ["approve"]

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("customers.approve_download")

    @admin.action(description=_("Approve: may be downloaded once"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Download]) -> None:
        approved = 0
        for download in queryset:
            try:
                downloads.approve(download=download, by=member(request), at=timezone.now())
                approved += 1
            except downloads.DownloadError as error:
                messages.error(request, str(error))
        text = ngettext("%(count)d download approved.", "%(count)d downloads approved.", approved)
        messages.success(request, text % {"count": approved})


@admin.register(Protection)
class ProtectionAdmin(admin.ModelAdmin):
    """Accounts that only supervisors find and open."""

    list_display = ["account_number", "why", "by", "at"]
    list_select_related = ["account", "by"]
    search_fields = ["account__number__exact"]
    search_help_text = _("A whole customer code")
    form = ProtectionForm
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()
    ordering = ["-at", "pk"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Protection]:
        return Protection.objects.visible_to(request.user)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["why"] if obj else ["number", "why"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Protection, form: Any, change: bool) -> None:
        if not change:
            obj.by, obj.at = member(request), timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("customer code"))
    def account_number(self, protection: Protection) -> str:
        return protection.account.number
