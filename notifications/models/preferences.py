from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Account, User
from portal.lib.history import Followed, Records

from .kinds import Channel, Kind


class PreferenceQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Preferences of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))


class Preference(models.Model):
    """The customer's word on one kind and channel of an address; without a row the policy holds."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="preferences", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    wanted = models.BooleanField(_("wanted"))
    set_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("set by"),
        help_text=_("Empty where it was the button in a mail."),
    )
    set_at = models.DateTimeField(_("set at"))

    objects = PreferenceQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "channel"], name="preference_once"),
        ]

    def __str__(self) -> str:
        wanted = _("wanted") if self.wanted else _("not wanted")
        return f"{self.get_kind_display()} · {self.get_channel_display()}: {wanted}"
