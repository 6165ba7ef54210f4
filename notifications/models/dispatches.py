import uuid
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, ContactPoint, User
from portal.lib import said

from .kinds import Channel
from .notices import Notice
from .reasons import Reason


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Dispatches about the accounts that ``user`` may see."""
        return self.filter(notice__account__in=Account.objects.visible_to(user))

    def due(self, *, channel: str, at: datetime) -> Self:
        """Queued for ``channel`` and not to be kept back at ``at``, urgent and old first."""
        return self.filter(status=Dispatch.Status.QUEUED, channel=channel, due_at__lte=at).order_by(
            "priority", "due_at", "pk"
        )

    def in_order(self) -> Self:
        """As the channels follow each other."""
        return self.order_by("step", "pk")


class Dispatch(models.Model):
    """One notice on one channel to one address."""

    class Recipient(models.TextChoices):
        """Whose chain of channels it belongs to."""

        HOLDER = "holder", _("Contract holder")
        RELATIVE = "relative", _("Relative")
        LINKED = "linked", _("Linked person")

    PROOF = (Recipient.HOLDER, Recipient.RELATIVE)
    """Whose receipts show that the account was told: not those who chose to be told beside."""

    class Status(models.TextChoices):
        HELD = "held", _("Waiting for its turn")
        QUEUED = "queued", _("To be sent")
        SENDING = "sending", _("Being sent")
        ACCEPTED = "accepted", _("Handed over")
        DELIVERED = "delivered", _("Received")
        SEEN = "seen", _("Seen")
        FAILED = "failed", _("Did not arrive")
        UNKNOWN = "unknown", _("Unclear")
        SUPPRESSED = "suppressed", _("Not sent")
        CANCELLED = "cancelled", _("Stopped")

    notice = models.ForeignKey(
        Notice,
        models.CASCADE,
        related_name="dispatches",
        db_index=False,
        verbose_name=_("notice"),
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    address = models.CharField(_("address"), max_length=254)
    recipient = models.CharField(
        _("recipient"), max_length=8, choices=Recipient, default=Recipient.HOLDER
    )
    contact = models.ForeignKey(
        ContactPoint,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("contact"),
    )
    step = models.PositiveSmallIntegerField(
        _("step"),
        help_text=_("The smaller is tried first; the next waits for its failure or silence."),
    )
    reference = models.UUIDField(
        _("our reference"), unique=True, default=uuid.uuid4, editable=False
    )
    digest = models.UUIDField(
        _("reference of the digest"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Of the one mail in which it went together with others."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.HELD)
    reason = models.CharField(_("because"), max_length=20, choices=Reason, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"))
    due_at = models.DateTimeField(_("due at"))
    quiet_until = models.DateTimeField(
        _("waited for the quiet hours until"), null=True, blank=True, editable=False
    )
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    silent_at = models.DateTimeField(
        _("silent at"),
        null=True,
        blank=True,
        help_text=_("Unconfirmed by then, the next channel is tried; empty once that was done."),
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    crashes = models.PositiveSmallIntegerField(
        _("crashes"), default=0, help_text=_("How often its sender died over it.")
    )
    provider_ref = models.CharField(_("provider's reference"), max_length=80, blank=True)
    price = models.PositiveIntegerField(
        _("price in đồng"), default=0, help_text=_("As expected when it was decided.")
    )
    accepted_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("received at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel", "address"], name="dispatch_once"),
            models.CheckConstraint(
                condition=Q(status="sending", lease_until__isnull=False)
                | (~Q(status="sending") & Q(lease_until__isnull=True)),
                name="dispatch_leased_while_sending",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "priority", "due_at", "id"],
                condition=Q(status="queued"),
                name="dispatch_due",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(status="sending"), name="dispatch_leased"
            ),
            models.Index(
                fields=["silent_at"],
                condition=Q(silent_at__isnull=False),
                name="dispatch_silent",
            ),
            models.Index(
                fields=["address", "id"],
                condition=Q(status="queued", channel="email"),
                name="dispatch_to_gather",
            ),
            models.Index(
                fields=["digest"], condition=Q(digest__isnull=False), name="dispatch_by_digest"
            ),
            models.Index(
                fields=["channel", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="dispatch_by_provider",
            ),
            models.Index(
                fields=["contact"], condition=Q(contact__isnull=False), name="dispatch_to_contact"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.get_status_display()}"


class Attempt(models.Model):
    """One call to a provider, committed before the call is made."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Taken")
        UNDELIVERABLE = "undeliverable", _("Refused for good")
        UNAVAILABLE = "unavailable", _("Not now")
        PAUSED = "paused", _("Asked to wait")
        DOUBTFUL = "doubtful", _("Unclear")
        MISCONFIGURED = "misconfigured", _("Our set-up refused")
        BROKEN = "broken", _("Broke before the call")
        LOST = "lost", _("The sender died")

    dispatch = models.ForeignKey(
        Dispatch, models.CASCADE, related_name="attempts", verbose_name=_("dispatch")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome, blank=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [models.UniqueConstraint(fields=["dispatch", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return _("Attempt %(number)d") % {"number": self.number}


class Receipt(models.Model):
    """A provider's word on a dispatch: stored raw before we answer, applied once that is known."""

    provider = models.CharField(_("provider"), max_length=20)
    key = models.CharField(
        _("event"), max_length=120, help_text=_("Equal for repeats of one event.")
    )
    provider_ref = models.CharField(_("provider's reference"), max_length=80, blank=True)
    reference = models.CharField(_("our reference"), max_length=50, blank=True)
    status = models.CharField(_("status"), max_length=10)
    occurred_at = models.DateTimeField(_("occurred at"))
    received_at = models.DateTimeField(_("received at"))
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    raw = models.TextField(_("as received"))
    dispatch = models.ForeignKey(
        Dispatch,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="receipts",
        verbose_name=_("dispatch"),
    )
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [models.UniqueConstraint(fields=["provider", "key"], name="receipt_once")]
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(applied_at=None), name="receipt_to_apply"
            )
        ]

    def __str__(self) -> str:
        status = dict(Dispatch.Status.choices).get(self.status, self.status)
        return f"{status} · {said.moment(self.received_at)}"
