from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit


class OutageQuerySet(models.QuerySet["Outage"]):
    def soonest_first(self) -> Self:
        return self.order_by("starts_at", "pk")


class Outage(models.Model):
    """An interruption of supply in a part of a regional company's network."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    unit = models.ForeignKey(
        OperatingUnit, models.PROTECT, related_name="outages", verbose_name=_("company")
    )
    area = models.CharField(_("area"), max_length=300)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("expected back"))
    reason = models.CharField(_("reason"), max_length=200)
    planned = models.BooleanField(_("planned"), default=True)
    learned_at = models.DateTimeField(_("learned at"))

    objects = OutageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="outage_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.code
