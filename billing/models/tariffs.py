from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records
from portal.lib.numbers import percent


class DatedQuerySet(Followed):
    def in_force_on(self, day: date) -> Self:
        """Rows valid on ``day``."""
        return self.filter(valid_from__lte=day).filter(
            Q(valid_before=None) | Q(valid_before__gt=day)
        )


class Tariff(models.Model):
    """The price list of one decision for one group of customers, with its dates."""

    decision = models.CharField(_("decision"), max_length=40)
    group = models.CharField(_("group"), max_length=60)
    voltage = models.CharField(_("voltage"), max_length=20, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_before = models.DateField(_("valid before"), null=True, blank=True)
    confirmed = models.BooleanField(
        _("confirmed"),
        default=False,
        help_text=_("Unconfirmed prices are never used for a real bill."),
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = DatedQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "voltage", "valid_from"], name="tariff_once_per_date"
            ),
            models.CheckConstraint(
                condition=Q(valid_before=None) | Q(valid_before__gt=F("valid_from")),
                name="tariff_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} · {self.group}"


class TariffPrice(models.Model):
    """One price of a tariff: of a step, a band or of all kWh. Whole đồng a kWh before VAT."""

    tariff = models.ForeignKey(
        Tariff, models.CASCADE, related_name="prices", verbose_name=_("tariff")
    )
    register_or_step = models.CharField(
        _("step or band"),
        max_length=10,
        help_text=_(
            "A step in kWh a month, such as 0-50 or 401+; normal, peak or offpeak for hours; "
            "flat or all for one price."
        ),
    )
    dong_per_kwh = models.PositiveIntegerField(_("đồng per kWh"))

    objects = Followed.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=["tariff", "register_or_step"], name="price_once_per_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register_or_step}: {self.dong_per_kwh}"


class VatRate(models.Model):
    """The rate of value-added tax in its dates, by the date of the closing read."""

    valid_from = models.DateField(_("valid from"), unique=True)
    valid_before = models.DateField(_("valid before"), null=True, blank=True)
    percent = models.DecimalField(_("percent"), max_digits=4, decimal_places=2)
    confirmed = models.BooleanField(_("confirmed"), default=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = DatedQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("VAT rate")
        verbose_name_plural = _("VAT rates")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_before=None) | Q(valid_before__gt=F("valid_from")),
                name="vat_rate_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return percent(self.percent)
