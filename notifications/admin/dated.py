from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from notifications.models import ChannelPrice, QuietHours


class DatedAdmin(admin.ModelAdmin):
    """Rules with a first day: a change is a new row, and what has begun stays as it was."""

    sortable_by = ()
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        has_begun = obj is not None and obj.starts_on <= timezone.localdate()
        return not has_begun and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(QuietHours)
class QuietHoursAdmin(DatedAdmin):
    """In which hours notices wait that can."""

    list_display = ["starts_on", "begins", "ends"]
    ordering = ["-starts_on"]


@admin.register(ChannelPrice)
class ChannelPriceAdmin(DatedAdmin):
    """What a message is expected to cost; ceilings and forecasts count with it."""

    list_display = ["channel", "starts_on", "price"]
    ordering = ["channel", "-starts_on"]
