from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.admin.staff import member
from notifications.forms import AudienceForm
from notifications.models import Audience


@admin.register(Audience)
class AudienceAdmin(admin.ModelAdmin):
    """Saved selections of accounts, for campaigns."""

    form = AudienceForm
    list_display = ["name", "made_by", "made_at"]
    list_select_related = ["made_by"]
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["name", "pk"]
    actions = None
    fieldsets = [
        (None, {"fields": ["name"]}),
        (_("Where"), {"fields": ["units", "wards", "outage"]}),
        (_("Who"), {"fields": ["groups", "ages", "app", "owes"]}),
        (_("How they are reached"), {"fields": ["reached_by", "arrangements"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Audience, form: Any, change: bool) -> None:
        if not change:
            obj.made_by, obj.made_at = member(request), timezone.now()
        super().save_model(request, obj, form, change)
