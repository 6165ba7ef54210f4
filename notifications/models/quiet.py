from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Account, User
from portal.lib.history import Followed, Records


class QuietHoursQuerySet(Followed):
    def in_force(self, *, on: date) -> Self:
        """The row that holds on ``on``, first; none before the first of them."""
        return self.filter(starts_on__lte=on).order_by("-starts_on")


class QuietHours(models.Model):
    """From when to when the company keeps quiet, on Viet Nam's clock; dated, the newest holds."""

    starts_on = models.DateField(_("from the day"), unique=True)
    begins = models.TimeField(_("quiet from"))
    ends = models.TimeField(
        _("quiet until"),
        help_text=_("The next morning where it is earlier; the same time: never quiet."),
    )

    objects = QuietHoursQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("quiet hours")
        verbose_name_plural = _("quiet hours")

    def __str__(self) -> str:
        return f"{self.begins:%H:%M} – {self.ends:%H:%M}"


class OwnQuietHoursQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Quiet hours of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))


class OwnQuietHours(models.Model):
    """A customer's word on one address; without a row the company's hours hold."""

    account = models.OneToOneField(
        Account, models.CASCADE, related_name="quiet_hours", verbose_name=_("account")
    )
    begins = models.TimeField(_("quiet from"))
    ends = models.TimeField(_("quiet until"))
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"))

    objects = OwnQuietHoursQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("own quiet hours")
        verbose_name_plural = _("own quiet hours")

    def __str__(self) -> str:
        return f"{self.begins:%H:%M} – {self.ends:%H:%M}"
