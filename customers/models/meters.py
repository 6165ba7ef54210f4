from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .accounts import Account
from .users import User


class MeterQuerySet(models.QuerySet["Meter"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Meters of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def in_place(self) -> Self:
        """Meters not removed."""
        return self.filter(removed_on=None)


class Meter(models.Model):
    """A device at a premise, from its installation to its exchange."""

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="meters", verbose_name=_("account")
    )
    serial = models.CharField(_("meter number"), max_length=20)
    multiplier = models.PositiveIntegerField(
        _("multiplier"), default=1, help_text=_("kWh used per kWh on the register.")
    )
    digits = models.PositiveSmallIntegerField(
        _("digits"),
        default=6,
        help_text=_("Whole digits of the register; it rolls over after them."),
    )
    installed_on = models.DateField(_("installed on"), null=True, blank=True)
    removed_on = models.DateField(_("removed on"), null=True, blank=True)

    objects = MeterQuerySet.as_manager()

    class Meta:
        verbose_name = _("meter")
        verbose_name_plural = _("meters")
        constraints = [
            models.UniqueConstraint(
                fields=["serial"], condition=Q(removed_on=None), name="meter_in_one_place"
            ),
            models.CheckConstraint(condition=Q(multiplier__gt=0), name="meter_multiplier_positive"),
            models.CheckConstraint(condition=Q(digits__range=(4, 9)), name="meter_digits_real"),
            models.CheckConstraint(
                condition=Q(removed_on=None)
                | Q(installed_on=None)
                | Q(removed_on__gte=models.F("installed_on")),
                name="meter_removed_after_installed",
            ),
        ]

    def __str__(self) -> str:
        return self.serial
