"""A contact that was proven once is asked about again when long enough has passed."""

from datetime import date, datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records
from portal.lib.periods import days_in_month, start_of

from .accounts import Account
from .codes import MOST_CODES, MOST_TRIES
from .contacts import ContactPoint
from .users import User


class ContactTermsQuerySet(Followed):
    def in_force(self, *, on: date) -> Self:
        """The row that holds on ``on``, first; none before the first of them."""
        return self.filter(valid_from__lte=on).order_by("-valid_from")


class ContactTerms(models.Model):
    """After how many months a proven contact is asked about again; dated, the newest holds."""

    valid_from = models.DateField(_("from the day"), unique=True)
    proof_months = models.PositiveSmallIntegerField(
        _("months a proof holds"),
        help_text=_("Counted from the last time that the customer proved the contact."),
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer"),
        help_text=_("Then the desk asks by phone, and only required notices go there."),
    )

    objects = ContactTermsQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("rule for asking about contacts")
        verbose_name_plural = _("rules for asking about contacts")
        constraints = [
            models.CheckConstraint(
                condition=Q(proof_months__range=(1, 120)), name="contact_proof_months_in_range"
            ),
            models.CheckConstraint(
                condition=Q(answer_days__range=(1, 180)), name="contact_answer_days_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%d/%m/%Y}"

    def proven_since(self, day: date) -> datetime:
        """Since when a contact must have been proven to count as proven on ``day``."""
        months = day.year * 12 + day.month - 1 - self.proof_months
        first = date(months // 12, months % 12 + 1, 1)
        return start_of(first.replace(day=min(day.day, days_in_month(first))))


class ContactCheckQuerySet(models.QuerySet["ContactCheck"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Questions about contacts of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def open(self) -> Self:
        """Not answered, of a contact that is in use and was not proven since."""
        unanswered = self.filter(answer="", contact__isnull=False, contact__suspended_at=None)
        return unanswered.exclude(contact__verified_at__gt=F("proven_at"))

    def late_on(self, day: date) -> Self:
        """Still open after the last day to answer."""
        return self.open().filter(due_on__lt=day)

    def oldest_first(self) -> Self:
        return self.order_by("due_on", "pk")


class ContactCheck(models.Model):
    """The question whether one contact is still the customer's, and what was answered.

    Asked once for each proof. The value and the code are never kept here in clear.
    """

    class Answer(models.TextChoices):
        CODE = "code", _("still theirs, by a code")
        CALL = "call", _("still theirs, by a recorded call")
        NO = "no", _("not theirs any more, by a recorded call")
        GONE = "gone", _("not theirs any more, said on the site")

    class Recognised(models.TextChoices):
        """How staff knew with whom they spoke."""

        CALL_BACK = "call_back", _("called back on the registered number")
        COUNTER = "counter", _("at the counter, by an identity paper")
        UNKNOWN = "unknown", _("not recorded")

    # What an answer of before this was asked for keeps is offered to nobody.
    RECOGNISED_BY = (Recognised.CALL_BACK, Recognised.COUNTER)

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="contact_checks", verbose_name=_("account")
    )
    contact = models.ForeignKey(
        ContactPoint,
        models.SET_NULL,
        related_name="checks",
        null=True,
        blank=True,
        verbose_name=_("contact"),
    )
    proven_at = models.DateTimeField(_("last proven at"))
    asked_at = models.DateTimeField(_("asked at"))
    due_on = models.DateField(_("answer by"))
    answer = models.CharField(_("answer"), max_length=4, choices=Answer, blank=True, default="")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("answer recorded by"),
    )
    reference = models.CharField(_("call or case number"), max_length=40, blank=True, default="")
    recognised = models.CharField(
        _("how they were recognised"), max_length=10, choices=Recognised, blank=True, default=""
    )
    code_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    code_sent_at = models.DateTimeField(_("code sent at"), null=True, blank=True)
    codes = models.PositiveSmallIntegerField(_("codes sent"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    objects = ContactCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about a contact")
        verbose_name_plural = _("questions about contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "proven_at"], name="contact_asked_once_for_a_proof"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="contact_check_answered_at",
            ),
            models.CheckConstraint(
                condition=(
                    Q(answer__in=("call", "no"), answered_by__isnull=False)
                    & ~Q(reference="")
                    & ~Q(recognised="")
                )
                | (~Q(answer__in=("call", "no")) & Q(reference="", recognised="")),
                name="contact_check_call_is_recorded",
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=MOST_TRIES, codes__lte=MOST_CODES),
                name="contact_check_few_tries",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "account"],
                condition=Q(answer=""),
                name="contact_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account.number} · {timezone.localtime(self.asked_at):%d/%m/%Y}"
