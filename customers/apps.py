"""Who is supplied, where, and who may know about it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        # Declared there, its kinds of files are known.
        from . import resources  # noqa: F401

        post_migrate.connect(_protect_history, dispatch_uid="customers.audit")


def _protect_history(*, app_config: AppConfig, **_: object) -> None:
    """Put the triggers on whatever the app has that is written once."""
    from customers.services import audit

    if audit.is_installed():
        audit.protect(audit.audited(app_label=app_config.label))
