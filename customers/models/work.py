"""What a person of the staff has to do about one account: taken by one, settled, gone."""

from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .accounts import Account
from .arrangements import Arrangement
from .users import User

CLAIM_HOLDS = timedelta(hours=12)
"""So long a row is its taker's: what somebody went home with is free the next day."""


ELDERLY = 70
"""Years of age; these are rung first."""


def born_by(day: date) -> int:
    """The last year of birth of those who are so old on ``day``, or turn so within its year."""
    return day.year - ELDERLY


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Work on the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def open(self) -> Self:
        """Nothing came of it yet."""
        return self.filter(outcome="")

    def due_on(self, day: date) -> Self:
        """To be done on ``day``: open, and not put off beyond it."""
        return self.open().filter(due_on__lte=day)

    def of_elderly(self, day: date) -> Self:
        """Of people who turn 70 in the year of ``day``, or are older."""
        return self.filter(account__holder_born_in__lte=born_by(day))

    def oldest_first(self) -> Self:
        return self.order_by("due_on", "pk")


class WorkItem(models.Model):
    """One row of a work list. Found by the clock or a file, once for each thing it is about."""

    class Kind(models.TextChoices):
        REVIEW = "review", _("Arrangement to confirm again")
        DEBIT = "debit", _("Failed debit")
        GAP = "gap", _("No way of telling is left")
        UNTOLD = "untold", _("Reached by no channel")
        CONTACT = "contact", _("Contact that nobody confirmed again")
        SHARED = "shared", _("One number on many contracts")
        NEED = "need", _("Need to confirm again")
        OUTAGE = "outage", _("To be told in person of a planned outage")

    class Outcome(models.TextChoices):
        RENEWED = "renewed", _("Confirmed again")
        ENDED = "ended", _("Ended")
        TOLD = "told", _("Customer told")
        MENDED = "mended", _("Put right: it works again")
        PAID = "paid", _("Paid meanwhile")
        LETTER = "letter", _("Letter posted")
        RIGHT = "right", _("It is right as it is")
        NOTHING = "nothing", _("Nothing can be done")
        WARNED = "warned", _("Told in person")
        OVER = "over", _("Settled itself")
        MISSED = "missed", _("Too late: nobody told them in person")

    BY_HAND: dict[str, tuple[str, ...]] = {
        # A review ends with the arrangement alone: confirmed again or ended.
        Kind.REVIEW: (),
        Kind.DEBIT: (Outcome.TOLD, Outcome.MENDED, Outcome.NOTHING),
        Kind.GAP: (Outcome.MENDED, Outcome.NOTHING),
        # Whoever was told by phone is recorded with each notice that was read aloud.
        Kind.UNTOLD: (Outcome.LETTER, Outcome.NOTHING),
        # What was said of the contact is recorded with the question.
        Kind.CONTACT: (Outcome.NOTHING,),
        Kind.SHARED: (Outcome.MENDED, Outcome.RIGHT, Outcome.NOTHING),
        # Confirmed again or ended on the account.
        Kind.NEED: (),
        Kind.OUTAGE: (Outcome.WARNED, Outcome.NOTHING),
    }
    """What a person may record as the outcome of each kind."""

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="work", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    arrangement = models.ForeignKey(
        Arrangement, models.CASCADE, related_name="work", null=True, verbose_name=_("arrangement")
    )
    subject = models.CharField(_("about"), max_length=60)
    detail = models.CharField(_("detail"), max_length=20, blank=True, default="")
    made_at = models.DateTimeField(_("since"))
    due_on = models.DateField(_("to do from"))
    tries = models.PositiveSmallIntegerField(_("tries in vain"), default=0)
    claimed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("taken by")
    )
    claimed_at = models.DateTimeField(_("taken at"), null=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    done_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("done by"),
        help_text=_("Empty when it settled itself."),
    )
    done_at = models.DateTimeField(_("done at"), null=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work list")
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="work_once_for_a_subject"),
            models.CheckConstraint(
                condition=Q(outcome="", done_at=None, done_by=None)
                | (~Q(outcome="") & Q(done_at__isnull=False)),
                name="work_done_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_at=None)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="work_taken_at",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(outcome=""), name="work_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.account.number}"

    def holder(self, *, at: datetime) -> User | None:
        """Who has it at ``at``; needs ``claimed_by`` fetched."""
        if self.claimed_at is None or self.claimed_at <= at - CLAIM_HOLDS:
            return None
        return self.claimed_by
