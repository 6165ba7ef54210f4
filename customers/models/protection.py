from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records

from .accounts import Account
from .users import User


class ProtectionQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Protections of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))


class Protection(models.Model):
    """An account that only supervisors find and open: its customer is known, or was threatened."""

    account = models.OneToOneField(
        Account, models.CASCADE, related_name="protection", verbose_name=_("account")
    )
    why = models.CharField(_("why"), max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))

    objects = ProtectionQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("protected account")
        verbose_name_plural = _("protected accounts")
        permissions = [("see_protected", "Can see and protect accounts that only supervisors open")]
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="protection_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.account.number
