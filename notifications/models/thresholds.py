from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, AccountLink, User
from portal.lib.history import Followed, Records
from portal.lib.money import dong
from portal.lib.quantities import WH_PER_KWH, kwh

LEAST_KWH, MOST_KWH = 1, 100_000
LEAST_DONG, MOST_DONG = 1_000, 1_000_000_000
LEAST_STEP, MOST_STEP = 2, 20
"""The first step is where everybody begins; how many there are, the price list says."""


class Unit(models.TextChoices):
    """By what a threshold is set; each has a column of its own."""

    KWH = "kwh", _("kWh")
    DONG = "dong", _("đồng")
    STEP = "step", _("price step")


ONE_UNIT = (
    Q(kwh__isnull=False, dong=None, step=None)
    | Q(kwh=None, dong__isnull=False, step=None)
    | Q(kwh=None, dong=None, step__isnull=False)
)


class Limit(models.Model):
    """So many kWh, so many đồng, or the first kWh of a price step: one of the three."""

    kwh = models.PositiveIntegerField(_("kWh in a billing period"), null=True)
    dong = models.BigIntegerField(_("đồng in a billing period"), null=True)
    step = models.PositiveSmallIntegerField(_("price step that is reached"), null=True)

    class Meta:
        abstract = True

    @property
    def unit(self) -> Unit:
        return next(unit for unit in Unit if getattr(self, unit) is not None)

    @property
    def amount(self) -> int:
        """So many of the unit."""
        value: int = getattr(self, self.unit)
        return value

    @property
    def limit(self) -> str:
        """The threshold with its unit."""
        return limit_words(self.unit, self.amount)


def limit_words(unit: Unit, amount: int) -> str:
    """A threshold with its unit; a step as the one that is used up."""
    if unit == Unit.KWH:
        return kwh(amount * WH_PER_KWH)
    if unit == Unit.DONG:
        return dong(amount)
    return _("step %(used_up)d (into step %(next)d)") % {"used_up": amount - 1, "next": amount}


class UseThresholdQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The thresholds that ``user`` set: they are nobody else's, also in one house."""
        return self.filter(link__user=user.pk, link__account__in=Account.objects.visible_to(user))


class UseThreshold(Limit):
    """Above what in a billing period one person wants to hear of an address."""

    link = models.OneToOneField(
        AccountLink,
        models.CASCADE,
        related_name="threshold",
        verbose_name=_("link to an account"),
    )
    set_at = models.DateTimeField(_("set at"))

    objects = UseThresholdQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("threshold of use")
        verbose_name_plural = _("thresholds of use")
        constraints = [
            models.CheckConstraint(condition=ONE_UNIT, name="threshold_in_one_unit"),
            models.CheckConstraint(
                condition=(Q(kwh=None) | Q(kwh__range=(LEAST_KWH, MOST_KWH)))
                & (Q(dong=None) | Q(dong__range=(LEAST_DONG, MOST_DONG)))
                & (Q(step=None) | Q(step__range=(LEAST_STEP, MOST_STEP))),
                name="threshold_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.limit


class ThresholdPassingQuerySet(models.QuerySet["ThresholdPassing"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What was found for ``user``, and for nobody else."""
        return self.filter(link__user=user.pk, link__account__in=Account.objects.visible_to(user))


class ThresholdPassing(Limit):
    """That measured use passed a threshold in a billing period; written once, as it was found."""

    link = models.ForeignKey(
        AccountLink,
        models.CASCADE,
        related_name="passings",
        verbose_name=_("link to an account"),
    )
    starts_on = models.DateField(_("first day of the period"))
    ends_before = models.DateField(_("first day after the period"))
    until = models.DateField(_("last day that counts"))
    used_wh = models.BigIntegerField(_("use of these days in Wh"))
    used_dong = models.BigIntegerField(_("what these days cost in đồng"), null=True)
    found_at = models.DateTimeField(_("found at"))

    objects = ThresholdPassingQuerySet.as_manager()

    class Meta:
        verbose_name = _("passing of a threshold")
        verbose_name_plural = _("passings of thresholds")
        constraints = [
            models.UniqueConstraint(
                fields=["link", "starts_on", "kwh", "dong", "step"],
                nulls_distinct=False,
                name="threshold_passed_once",
            ),
            models.CheckConstraint(condition=ONE_UNIT, name="passing_in_one_unit"),
            models.CheckConstraint(
                condition=Q(kwh=None) | Q(used_wh__gt=F("kwh") * WH_PER_KWH),
                name="threshold_was_passed",
            ),
            models.CheckConstraint(
                condition=Q(dong=None) | Q(used_dong__isnull=False, used_dong__gt=F("dong")),
                name="amount_was_passed",
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("starts_on"), until__lt=F("ends_before")),
                name="threshold_passed_within",
            ),
        ]
        indexes = [models.Index(fields=["found_at"], name="threshold_passing_found")]

    def __str__(self) -> str:
        return self.limit
