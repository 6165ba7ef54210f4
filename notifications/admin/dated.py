from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from notifications.forms import LeadTimeForm
from notifications.models import ChannelPrice, LeadTime, QuietHours
from portal.lib import said
from portal.lib.desk import DatedAdmin


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
