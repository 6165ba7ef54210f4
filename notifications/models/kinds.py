from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Consent
from portal.lib.history import Followed, Records


class Channel(models.TextChoices):
    """The medium a person chooses; in the order of price."""

    INBOX = "inbox", _("App and website")
    PUSH = "push", _("Push message")
    ZALO = "zalo", _("Zalo")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")


BY_PHONE = "call"
"""How a notice reached somebody whom no channel did: read aloud by a person of the staff."""


WAYS = [*Channel.choices, (BY_PHONE, _("Phone call"))]
"""How a notice can have reached somebody."""


class Kind(models.TextChoices):
    """What a notice is about."""

    BILL_ISSUED = "bill_issued", _("Bill issued")
    PAYMENT_RECEIVED = "payment_received", _("Payment received")
    PAYMENT_REMINDER = "payment_reminder", _("Payment reminder")
    PAYMENT_OVERDUE = "payment_overdue", _("Payment overdue")
    DEBIT_FAILED = "debit_failed", _("Failed debit")
    DISCONNECTION = "disconnection", _("Disconnection in 24 hours")
    PLANNED_OUTAGE = "planned_outage", _("Planned outage")
    UNPLANNED_OUTAGE = "unplanned_outage", _("Unplanned outage and its end")
    SERVICE_FEE = "service_fee", _("Service fee")
    SURVEY = "survey", _("Survey")
    ADVICE = "advice", _("Advice on saving electricity")
    ANNOUNCEMENT = "announcement", _("Announcement")
    UNUSUAL_USE = "unusual_use", _("Unusual use")
    USE_THRESHOLD = "use_threshold", _("Use above my threshold")
    READING_SCHEDULE = "reading_schedule", _("Reading schedule")
    SECURITY = "security", _("Security of my account")
    CONTACT_CHECK = "contact_check", _("Is this contact still yours?")
    TEST_MESSAGE = "test_message", _("Test message")


class LegalClass(models.TextChoices):
    """Whether a notice may be switched off: never, by choice, or only sent with consent."""

    STATUTORY = "statutory", _("Required by law or contract")
    SERVICE = "service", _("Service")
    ADVICE = "advice", _("Advice")


class KindPolicy(models.Model):
    """How one kind of notice is treated; data that a supervisor edits."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, primary_key=True)
    legal_class = models.CharField(_("legal class"), max_length=10, choices=LegalClass)
    priority = models.PositiveSmallIntegerField(
        _("priority"), help_text=_("Smaller goes first: 0 urgent, 9 bulk.")
    )
    channels = ArrayField(
        models.CharField(max_length=8, choices=Channel),
        verbose_name=_("channels in order"),
        help_text=_("The first that works is used; the next when it fails or stays unconfirmed."),
    )
    useful_for = models.DurationField(
        _("useful for"), help_text=_("Not sent any more after this time.")
    )
    confirm_within = models.DurationField(
        _("confirmation expected within"), help_text=_("Then the next channel is tried.")
    )
    consent = models.CharField(
        _("consent"),
        max_length=10,
        choices=Consent.Purpose,
        blank=True,
        help_text=_("Told only to those who consented to this; asked again before each message."),
    )
    price_ceiling = models.PositiveIntegerField(
        _("most a notice may cost"),
        null=True,
        blank=True,
        help_text=_(
            "In đồng: a further channel that would go beyond is not tried. "
            "Empty: whatever it costs."
        ),
    )
    keeps_quiet_hours = models.BooleanField(
        _("waits in quiet hours"),
        default=True,
        help_text=_("Off for what cannot wait until morning."),
    )
    digest_within = models.DurationField(
        _("wait for others to one address"),
        null=True,
        blank=True,
        help_text=_(
            "Several of this kind to one e-mail address go as one e-mail: so long the others are "
            "waited for. A single one never waits. Empty: each by itself."
        ),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    # Not to be edited: whoever turns it off for changes of access helps an intruder.
    everywhere = models.BooleanField(
        _("everywhere at once"),
        default=False,
        editable=False,
        help_text=_("To every contact of the holder, whatever was switched off; not to relatives."),
    )

    objects = Followed.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("policy of a kind")
        verbose_name_plural = _("policies of kinds")
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__lte=9), name="kind_policy_priority_one_digit"
            ),
            models.CheckConstraint(
                condition=Q(channels__len__gt=0), name="kind_policy_has_a_channel"
            ),
            models.CheckConstraint(
                condition=Q(digest_within=None)
                | Q(priority__gt=3, digest_within__gt=timedelta())
                & ~Q(kind__in=[Kind.DISCONNECTION, Kind.UNPLANNED_OUTAGE, Kind.SECURITY]),
                name="kind_policy_urgent_goes_alone",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
