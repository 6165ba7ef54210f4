"""What was said, to whom, how, and whether it arrived."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from portal.lib.importing import lead_to

        # Declared there, its kinds of files are known.
        from . import resources  # noqa: F401
        from .services.following import OF_KINDS

        for kind, ask in OF_KINDS.items():
            lead_to(kind, ask)
