"""Where I am signed in and by which devices I am told, and getting everybody else out."""

from typing import Any

from allauth.usersessions.forms import ManageUserSessionsForm
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.http import HttpResponse

from notifications.models import PushDevice
from portal.lib.browsers import browser_name, said
from portal.sign_in import known
from portal.site import push_devices
from portal.site.me.people import person


class Sessions(ListUserSessionsView):
    """allauth's list with the devices that are told, which end together."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        here = self.request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
        devices = list(PushDevice.objects.visible_to(self.request.user).newest_first())
        others = any(device.key != here for device in devices)
        return {
            **found,
            "signed_in": [(one, said(browser_name(one.user_agent))) for one in found["sessions"]],
            "devices": devices,
            "this_one": here,
            "has_others": others or found["session_count"] > 1,
        }

    def form_valid(self, form: ManageUserSessionsForm) -> HttpResponse:
        """A device and a known browser outlive their session, so they go by themselves."""
        user = person(self.request)
        push_devices.forget_others(self.request, user=user)
        answer: HttpResponse = super().form_valid(form)
        known.forget_others(answer, user=user)
        return answer
