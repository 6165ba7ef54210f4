from datetime import date
from typing import cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit
from portal.lib.history import Followed, Records


class PaymentTermsQuerySet(Followed):
    def in_force(self, *, unit: OperatingUnit | None, day: date) -> "PaymentTerms":
        """What holds for ``unit`` on ``day``: its own newest terms, else everybody's.

        :raises PaymentTerms.DoesNotExist: nothing holds yet on that day
        """
        begun = self.filter(valid_from__lte=day).filter(
            models.Q(unit=unit) | models.Q(unit__isnull=True)
        )
        newest = begun.order_by(models.F("unit").asc(nulls_last=True), "-valid_from")
        return cast("PaymentTerms", newest[:1].get())


class PaymentTerms(models.Model):
    """The deadlines of paying and of stopping supply, from a day on; one company's or everybody's.

    Source of the defaults: pay within 5 days of the first notice; supply may be stopped after
    15 days and two notices, with a notice at least 24 hours ahead.
    """

    unit = models.ForeignKey(
        OperatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payment_terms",
        verbose_name=_("company"),
        help_text=_("Empty: every company without terms of its own."),
    )
    valid_from = models.DateField(_("valid from"))
    remind_days_before = models.PositiveSmallIntegerField(
        _("remind so many days before the last day of paying"), default=1
    )
    overdue_days_after = models.PositiveSmallIntegerField(
        _("tell that it is late so many days after"), default=1
    )
    stop_days_after = models.PositiveSmallIntegerField(
        _("days from issue before supply may be stopped"), default=15
    )
    stop_notices = models.PositiveSmallIntegerField(
        _("notices that must have gone out before"), default=2
    )
    stop_hours_ahead = models.PositiveSmallIntegerField(
        _("hours between the last notice and the stop"), default=24
    )
    payments_fresh_hours = models.PositiveSmallIntegerField(
        _("hours for which loaded payments count as fresh"), default=36
    )

    objects = PaymentTermsQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("terms of paying")
        verbose_name_plural = _("terms of paying")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "valid_from"], nulls_distinct=False, name="payment_terms_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit or _('every company')} · {self.valid_from:%d/%m/%Y}"
