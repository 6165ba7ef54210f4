from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from .accounts import Account
from .users import User


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Registrations of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))


class Registration(models.Model):
    """Whether a customer uses a channel, as its provider says; newer than the billing system."""

    class Channel(models.TextChoices):
        ZALO = "zalo", _("Zalo")
        APP = "app", _("App")

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="registrations", verbose_name=_("account")
    )
    channel = models.CharField(_("channel"), max_length=4, choices=Channel)
    is_registered = models.BooleanField(_("registered"))
    since = models.DateField(_("since"))

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration with a channel")
        verbose_name_plural = _("registrations with channels")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "channel"], name="registration_once_per_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.account.number}"
