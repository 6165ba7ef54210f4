from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, AccountLink, User
from portal.lib.history import Followed, Records
from portal.lib.quantities import WH_PER_KWH, kwh

LEAST_KWH, MOST_KWH = 1, 100_000


class UseThresholdQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The thresholds that ``user`` set: they are nobody else's, also in one house."""
        return self.filter(link__user=user.pk, link__account__in=Account.objects.visible_to(user))


class UseThreshold(models.Model):
    """Above how many kWh in a billing period one person wants to hear of an address."""

    link = models.OneToOneField(
        AccountLink,
        models.CASCADE,
        related_name="threshold",
        verbose_name=_("link to an account"),
    )
    kwh = models.PositiveIntegerField(_("kWh in a billing period"))
    set_at = models.DateTimeField(_("set at"))

    objects = UseThresholdQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("threshold of use")
        verbose_name_plural = _("thresholds of use")
        constraints = [
            models.CheckConstraint(
                condition=Q(kwh__range=(LEAST_KWH, MOST_KWH)), name="threshold_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.limit

    @property
    def limit(self) -> str:
        """The threshold with its unit."""
        return kwh(self.kwh * WH_PER_KWH)


class ThresholdPassingQuerySet(models.QuerySet["ThresholdPassing"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What was found for ``user``, and for nobody else."""
        return self.filter(link__user=user.pk, link__account__in=Account.objects.visible_to(user))


class ThresholdPassing(models.Model):
    """That measured use passed a threshold in a billing period; written once, as it was found."""

    link = models.ForeignKey(
        AccountLink,
        models.CASCADE,
        related_name="passings",
        verbose_name=_("link to an account"),
    )
    kwh = models.PositiveIntegerField(_("kWh in a billing period"))
    starts_on = models.DateField(_("first day of the period"))
    ends_before = models.DateField(_("first day after the period"))
    until = models.DateField(_("last day that counts"))
    used_wh = models.BigIntegerField(_("use of these days in Wh"))
    found_at = models.DateTimeField(_("found at"))

    objects = ThresholdPassingQuerySet.as_manager()

    class Meta:
        verbose_name = _("passing of a threshold")
        verbose_name_plural = _("passings of thresholds")
        constraints = [
            models.UniqueConstraint(
                fields=["link", "starts_on", "kwh"], name="threshold_passed_once"
            ),
            models.CheckConstraint(
                condition=Q(used_wh__gt=F("kwh") * WH_PER_KWH), name="threshold_was_passed"
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("starts_on"), until__lt=F("ends_before")),
                name="threshold_passed_within",
            ),
        ]
        indexes = [models.Index(fields=["found_at"], name="threshold_passing_found")]

    def __str__(self) -> str:
        return kwh(self.kwh * WH_PER_KWH)
