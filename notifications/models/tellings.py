"""What no channel carried, told by a person: the last way there is."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Account, User
from portal.lib.history import Followed, Records

from .notices import Notice


class TellingQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the accounts that ``user`` may see."""
        return self.filter(notice__account__in=Account.objects.visible_to(user))


class Telling(models.Model):
    """A notice that somebody of the staff read to the customer: proof, as a receipt is."""

    class Told(models.TextChoices):
        HOLDER = "holder", _("The contract holder")
        HOUSEHOLD = "household", _("Somebody who lives there")
        RELATIVE = "relative", _("The relative who is told too, by an arrangement")

    notice = models.OneToOneField(
        Notice, models.PROTECT, related_name="telling", verbose_name=_("notice")
    )
    told = models.CharField(_("who was told"), max_length=10, choices=Told)
    reference = models.CharField(_("call or case number"), max_length=40, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))

    objects = TellingQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("telling by phone")
        verbose_name_plural = _("tellings by phone")

    def __str__(self) -> str:
        return f"{self.notice} · {self.get_told_display()}"
