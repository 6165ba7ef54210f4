from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records


class OperatingUnitQuerySet(Followed):
    def in_order(self) -> "OperatingUnitQuerySet":
        """By code, as the company lists them."""
        return self.order_by("code")


class OperatingUnit(models.Model):
    """A regional company in charge of accounts."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=120)
    bills_by_sms = models.BooleanField(
        _("bills by SMS"),
        default=False,
        db_default=False,
        help_text=_("To the phones of its contracts without an agreement, until its cut-over."),
    )

    objects = OperatingUnitQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("regional company")
        verbose_name_plural = _("regional companies")

    def __str__(self) -> str:
        return self.name
