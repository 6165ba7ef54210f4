"""The care desk: Django's admin as staff see it."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class DeskSite(AdminSite):
    """One admin for agents, officers, supervisors and data operators."""

    site_header = _("Care desk")
    site_title = _("Care desk")
    index_title = _("Work of today")
    enable_nav_sidebar = False
