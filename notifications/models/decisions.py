from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records

from .cutovers import Cutover
from .kinds import Channel
from .notices import Notice


class Decision(models.Model):
    """When and by which rules it was decided where a notice goes, and what never became a dispatch.

    Whatever was tried, or was a channel but may not be used, is a dispatch with its reason.
    """

    notice = models.OneToOneField(
        Notice,
        models.CASCADE,
        primary_key=True,
        related_name="decision",
        verbose_name=_("notice"),
    )
    decided_at = models.DateTimeField(_("decided at"))
    policy_version = models.PositiveIntegerField(_("version of the policy"))
    cutover = models.ForeignKey(
        Cutover,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("cut-over in force"),
    )
    left_out = models.JSONField(
        _("left out"),
        default=list,
        help_text=_("Contacts that were no channel: channel, contact, why."),
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return _("Version %(number)d") % {"number": self.policy_version}


class ChannelPriceQuerySet(Followed):
    def in_force(self, *, on: date) -> Self:
        """One row a channel: the newest that began by ``on``."""
        begun = self.filter(starts_on__lte=on)
        return begun.order_by("channel", "-starts_on").distinct("channel")


class ChannelPrice(models.Model):
    """What we expect to pay for one message on a channel, from a day on."""

    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    starts_on = models.DateField(_("from the day"))
    price = models.PositiveIntegerField(_("price in đồng"))

    objects = ChannelPriceQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("price of a channel")
        verbose_name_plural = _("prices of channels")
        constraints = [
            models.UniqueConstraint(fields=["channel", "starts_on"], name="channel_price_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.price} đ"
