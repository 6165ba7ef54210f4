import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.lib.sealed import SealedField

from .kinds import Channel


class DirectMessageQuerySet(models.QuerySet["DirectMessage"]):
    def due(self, *, at: datetime) -> Self:
        """To be sent at ``at``: not to be kept back, and still useful."""
        waiting = self.filter(status=DirectMessage.Status.QUEUED)
        return waiting.filter(due_at__lte=at, expires_at__gt=at).order_by("due_at", "pk")


class DirectMessage(models.Model):
    """Words to one address outside of notices: a code somebody asked for, a letter to a login.

    Address and words are sealed, and wiped some days after the message ended.
    """

    class Purpose(models.TextChoices):
        """Why it is sent."""

        SIGN_IN_CODE = "sign_in_code", _("Code to sign in")
        VERIFY_CODE = "verify_code", _("Code to confirm an address")
        RESET_CODE = "reset_code", _("Code for a new password")
        LINK_CODE = "link_code", _("Code to link an address")
        ACCOUNT_EXISTS = "account_exists", _("There is a login already")
        ACCOUNT_UNKNOWN = "account_unknown", _("There is no login")
        INVITATION = "invitation", _("Invitation")
        CASE = "case", _("Answer to a request")
        SECURITY = "security", _("Security of a login")

    class Status(models.TextChoices):
        QUEUED = "queued", _("To be sent")
        SENDING = "sending", _("Being sent")
        ACCEPTED = "accepted", _("Handed over")
        DELIVERED = "delivered", _("Received")
        FAILED = "failed", _("Did not arrive")
        UNKNOWN = "unknown", _("Unclear")
        EXPIRED = "expired", _("Too late to be useful")

    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    address = SealedField(_("address"))
    address_hash = models.CharField(
        _("hash of the address"), max_length=64, help_text=_("To count messages to one address.")
    )
    network_hash = models.CharField(
        _("hash of the network"),
        max_length=64,
        blank=True,
        help_text=_("To count messages that one network asked for."),
    )
    subject = SealedField(_("subject"), blank=True)
    text = SealedField(_("text"))
    html = SealedField(_("text as HTML"), blank=True)
    data = SealedField(
        _("values of the template"), blank=True, help_text=_("JSON, for approved templates.")
    )
    reference = models.UUIDField(
        _("our reference"), unique=True, default=uuid.uuid4, editable=False
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    queued_at = models.DateTimeField(_("queued at"))
    due_at = models.DateTimeField(_("due at"))
    expires_at = models.DateTimeField(_("useful until"))
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    started_at = models.DateTimeField(_("last try began at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    provider_ref = models.CharField(_("provider's reference"), max_length=80, blank=True)
    wiped_at = models.DateTimeField(_("words wiped at"), null=True, blank=True)

    objects = DirectMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("direct message")
        verbose_name_plural = _("direct messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("queued_at")), name="direct_useful_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(status="sending") ^ Q(lease_until=None),
                name="direct_leased_while_sending",
            ),
            # An SMS without an agreement is for a code that its reader is waiting for, no more.
            models.CheckConstraint(
                condition=~Q(channel="sms")
                | Q(
                    purpose__in=(
                        "sign_in_code",
                        "verify_code",
                        "reset_code",
                        "link_code",
                        "account_exists",
                        "account_unknown",
                    )
                ),
                name="direct_sms_was_asked_for",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status__in=("queued", "sending")),
                name="direct_under_way",
            ),
            models.Index(fields=["channel", "queued_at"], name="direct_by_time"),
            models.Index(fields=["channel", "address_hash", "queued_at"], name="direct_by_address"),
            models.Index(
                fields=["channel", "network_hash", "queued_at"],
                condition=~Q(network_hash=""),
                name="direct_by_network",
            ),
            models.Index(
                fields=["ended_at"],
                condition=Q(wiped_at=None, ended_at__isnull=False),
                name="direct_to_wipe",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel}"
