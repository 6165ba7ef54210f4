from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import AccountLink, User
from portal.lib.history import Followed, Records

from .kinds import Channel, Kind

# Never SMS: that needs an agreement with the holder.
OWN_CHANNELS = (Channel.ZALO, Channel.EMAIL)
# Who may choose; the holder is told at the contacts of the contract.
CHOOSERS = (AccountLink.Role.HOUSEHOLD, AccountLink.Role.RELATIVE)


class OwnChoiceQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The choices of ``user``."""
        return self.filter(link__user=user.pk)


class OwnChoice(models.Model):
    """A linked person's word: tell me too, of this kind, on this channel, at my own address.

    Without a row they read it in the inbox alone.
    """

    link = models.ForeignKey(
        AccountLink, models.CASCADE, related_name="own_choices", verbose_name=_("link")
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

    objects = OwnChoiceQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("own choice")
        verbose_name_plural = _("own choices")
        constraints = [
            models.UniqueConstraint(fields=["link", "kind", "channel"], name="own_choice_once"),
            models.CheckConstraint(
                condition=Q(channel__in=OWN_CHANNELS), name="own_choice_costs_no_agreement"
            ),
        ]

    def __str__(self) -> str:
        wanted = _("wanted") if self.wanted else _("not wanted")
        return f"{self.get_kind_display()} · {self.get_channel_display()}: {wanted}"
