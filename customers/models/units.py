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

    objects = OperatingUnitQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("regional company")
        verbose_name_plural = _("regional companies")

    def __str__(self) -> str:
        return self.name
