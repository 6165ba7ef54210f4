from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.models import ChannelState, Kind
from notifications.services import channel_states
from portal.lib.desk import ChosenAdmin


@admin.register(ChannelState)
class ChannelStateAdmin(ChosenAdmin):
    """Which channels send; stop one, or start it again once what was wrong is mended."""

    list_display = ["__str__", "stopped_at", "paused_until", "failures", "words_stopped", "why"]
    list_display_links = None
    sortable_by = ()
    ordering = ["channel"]
    actions = ["start_again", "stop"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The actions ask without a row; there is nothing to edit in one.
        return obj is None and super().has_change_permission(request)

    @admin.action(
        permissions=["change"], description=gettext_lazy("Start again: what was wrong is mended")
    )
    def start_again(self, request: HttpRequest, queryset: QuerySet[ChannelState]) -> None:
        for state in queryset:
            channel_states.start_again(channel=state.channel)
        text = ngettext("%d channel sends again.", "%d channels send again.", len(queryset))
        messages.success(request, text % len(queryset))

    @admin.action(permissions=["change"], description=gettext_lazy("Stop: send nothing there"))
    def stop(self, request: HttpRequest, queryset: QuerySet[ChannelState]) -> None:
        for state in queryset:
            why = _("stopped by %(who)s") % {"who": request.user}
            channel_states.stop(channel=state.channel, why=why, at=timezone.now())
        text = ngettext("%d channel is stopped.", "%d channels are stopped.", len(queryset))
        messages.warning(request, text % len(queryset))

    @admin.display(description=gettext_lazy("stopped kinds"))
    def words_stopped(self, state: ChannelState) -> str:
        return ", ".join(str(Kind(name).label) for name in state.stopped_kinds)
