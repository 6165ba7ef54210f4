from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records
from portal.lib.sealed import SealedField

from .kinds import Channel, Kind


class ChannelState(models.Model):
    """Whether a channel may send right now; shared by all workers."""

    channel = models.CharField(_("channel"), max_length=8, choices=Channel, primary_key=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    stopped_at = models.DateTimeField(
        _("stopped at"), null=True, blank=True, help_text=_("Until staff start it again.")
    )
    failures = models.PositiveIntegerField(
        _("failures in a row"), default=0, help_text=_("After a few, one try at a time.")
    )
    stopped_kinds = ArrayField(
        models.CharField(max_length=20, choices=Kind),
        verbose_name=_("stopped kinds"),
        default=list,
        blank=True,
        help_text=_("Notices whose words the provider does not approve."),
    )
    why = models.CharField(_("because"), max_length=200, blank=True)

    objects = Followed.as_manager()
    # What the senders count and pause many times an hour is nobody's decision.
    history = Records(unnoted=["failures", "paused_until", "why"])

    class Meta:
        verbose_name = _("state of a channel")
        verbose_name_plural = _("states of channels")

    def __str__(self) -> str:
        return self.get_channel_display()


class ProviderToken(models.Model):
    """The access and refresh token of a provider, sealed; replaced as a pair."""

    provider = models.CharField(_("provider"), max_length=20, primary_key=True)
    access = SealedField(_("access token"))
    refresh = SealedField(_("refresh token"))
    refreshed_at = models.DateTimeField(_("refreshed at"))
    lease_until = models.DateTimeField(
        _("being refreshed until"),
        null=True,
        blank=True,
        help_text=_("One refresh at a time: the refresh token works once."),
    )

    class Meta:
        verbose_name = _("provider token")
        verbose_name_plural = _("provider tokens")

    def __str__(self) -> str:
        return self.provider
