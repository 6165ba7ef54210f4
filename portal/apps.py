"""The site as a Django app, and the admin with our desk in place of the stock site."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from portal import checks
        from portal.site import calendar, push_devices, roles, staff_sessions

        if not settings.EMBEDDED:
            checks.refuse_unsafe()
        roles.connect()
        staff_sessions.connect()
        push_devices.connect()
        calendar.connect()


class DeskConfig(AdminConfig):
    """The staff's admin: Django's own, themed and arranged as the care desk."""

    default_site = "portal.site.desk.DeskSite"
