from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.forms import LeadTimeForm
from notifications.models import ChannelPrice, LeadTime, QuietHours
from portal.lib import said


class DatedAdmin(admin.ModelAdmin):
    """Rules with a first day: a change is a new row, and what has begun stays as it was."""

    sortable_by = ()
    actions = None
    first_day: ClassVar[str] = "starts_on"
    """The column that holds it."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        has_begun = obj is not None and getattr(obj, self.first_day) <= timezone.localdate()
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


@admin.register(LeadTime)
class LeadTimeAdmin(DatedAdmin):
    """By when each kind has to be told; of one company, or of all without a figure of their own."""

    form = LeadTimeForm
    list_display = ["kind", "company", "from_on", "how_long"]
    list_select_related = ["unit"]
    ordering = ["kind", "unit__code", "-from_on"]
    first_day = "from_on"

    @admin.display(description=_("company"))
    def company(self, time: LeadTime) -> str:
        return str(time.unit or _("every company without a figure of its own"))

    @admin.display(description=_("time"))
    def how_long(self, time: LeadTime) -> str:
        return said.duration(time.within)
