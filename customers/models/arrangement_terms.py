"""The four arrangements, each with the terms of its kind."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Records
from portal.lib.sealed import SealedField

from .arrangements import Arrangement
from .codes import MOST_CODES, MOST_TRIES
from .contacts import ContactPoint


class AutoDebit(Arrangement):
    """The bank pays on the due day; the account number is sealed."""

    KIND = Arrangement.Kind.AUTO_DEBIT

    class AuthorisedBy(models.TextChoices):
        FORM = "form", _("Signed form")
        PHONE = "phone", _("Recorded call")
        ONLINE = "online", _("Online")
        BANK_FILE = "bank_file", _("File of the bank")

    authorised_by = models.CharField(
        _("authorised by"),
        max_length=9,
        choices=AuthorisedBy,
        default=AuthorisedBy.PHONE,
        editable=False,
    )
    bank = models.CharField(_("bank"), max_length=80)
    bank_holder = models.CharField(_("account holder at the bank"), max_length=150)
    bank_account = SealedField(_("bank account number"))
    bank_account_hash = models.CharField(max_length=64, editable=False)
    bank_account_end = models.CharField(_("last digits"), max_length=4, editable=False)

    history = Records(secret=["bank_account", "bank_account_hash"])

    class Meta:
        verbose_name = _("auto-debit")
        verbose_name_plural = _("auto-debits")


class MonthEndReading(Arrangement):
    """The meter is read on the last day of the month, so that payment falls on the 3rd to 5th."""

    KIND = Arrangement.Kind.MONTH_END_READING

    old_day = models.PositiveSmallIntegerField(_("reading day so far"), editable=False)

    history = Records()

    class Meta:
        verbose_name = _("month-end reading")
        verbose_name_plural = _("month-end readings")


class RelativeContact(Arrangement):
    """A relative with a working channel receives the notices too."""

    KIND = Arrangement.Kind.RELATIVE_CONTACT

    class Relation(models.TextChoices):
        CHILD = "child", _("Child")
        SPOUSE = "spouse", _("Husband or wife")
        SIBLING = "sibling", _("Brother or sister")
        GRANDCHILD = "grandchild", _("Grandchild")
        OTHER = "other", _("Other")

    class Power(models.TextChoices):
        """What the relative may do, from little to more."""

        TOLD = "told", _("is told the notices")
        ASKS = "asks", _("is told the notices, and may ask us about bills")

    relative_name = models.CharField(_("relative's name"), max_length=150)
    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    contact = models.ForeignKey(
        ContactPoint,
        models.PROTECT,
        related_name="+",
        verbose_name=_("relative's contact"),
        editable=False,
    )
    power = models.CharField(
        _("what the relative may do"), max_length=4, choices=Power, default=Power.TOLD
    )
    agreed_at = models.DateTimeField(
        _("the relative agreed at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When they named the code that was sent to their address."),
    )
    code_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    code_sent_at = models.DateTimeField(_("code sent at"), null=True, editable=False)
    codes = models.PositiveSmallIntegerField(_("codes sent"), default=0, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)

    history = Records(secret=["code_hash"], unnoted=["code_sent_at", "codes", "tries"])

    class Meta:
        verbose_name = _("relative is told too")
        verbose_name_plural = _("relatives told too")
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__lte=MOST_TRIES, codes__lte=MOST_CODES),
                name="relative_contact_few_tries",
            ),
        ]


class SmsRetention(Arrangement):
    """SMS goes on, because each of the other three was considered and does not fit."""

    KIND = Arrangement.Kind.SMS_RETENTION

    contact = models.ForeignKey(
        ContactPoint, models.PROTECT, related_name="+", verbose_name=_("number"), editable=False
    )
    number_named_at = models.DateTimeField(
        _("the caller named the number at"), null=True, editable=False
    )
    why_no_auto_debit = models.CharField(_("why auto-debit does not fit"), max_length=200)
    why_no_month_end = models.CharField(_("why month-end reading does not fit"), max_length=200)
    why_no_relative = models.CharField(_("why no relative can be told"), max_length=200)

    history = Records()

    class Meta:
        verbose_name = _("SMS kept by agreement")
        verbose_name_plural = _("SMS kept by agreement")
        constraints = [
            models.CheckConstraint(
                condition=~Q(why_no_auto_debit="")
                & ~Q(why_no_month_end="")
                & ~Q(why_no_relative=""),
                name="sms_retention_gives_every_reason",
            ),
        ]
