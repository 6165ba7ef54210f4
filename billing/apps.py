"""What was measured, what it costs and what is owed."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Reads and bills")

    def ready(self) -> None:
        # Declared there, its kinds of files are known.
        from . import resources  # noqa: F401
