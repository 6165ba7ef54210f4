"""Dated exceptions for customers who cannot use the new channels: what all four kinds share."""

from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import BooleanField, DateField, DateTimeField, F, Func, OuterRef, Q, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records
from portal.lib.periods import DAY, LOCAL, local_day, start_of

from .accounts import Account
from .arrangement_kinds import ArrangementKind
from .consent_texts import ConsentText
from .users import User

UNDO_WITHIN = timedelta(hours=24)


class StartOf(Func):
    """The instant at which a day begins in Viet Nam."""

    template = f"((%(expressions)s)::timestamp AT TIME ZONE '{LOCAL.key}')"
    output_field = DateTimeField()


class BankPays(Func):
    """Whether a bank pays on a day: the rule itself stands in the database, for SQL files too."""

    function = "customers_bank_pays"
    output_field = BooleanField()


def first_day_to_debit(*, approved_at: datetime, starts_on: date) -> date:
    """The first whole day that begins when the day to undo an approval is over, or later."""
    held_until = approved_at + UNDO_WITHIN
    day = local_day(held_until)
    return max(starts_on, day if start_of(day) == held_until else day + DAY)


class ArrangementQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Arrangements of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def in_force_on(self, day: date | OuterRef) -> Self:
        """Approved, begun and not past their end on ``day``."""
        return self.filter(state=Arrangement.State.IN_FORCE, starts_on__lte=day).filter(
            Q(ends_on=None) | Q(ends_on__gt=day)
        )

    def telling_on(self, day: date | OuterRef) -> Self:
        """By which messages go on ``day``: in force, or expired while a person has yet to ring."""
        states = (Arrangement.State.IN_FORCE, Arrangement.State.EXPIRED)
        begun = self.filter(state__in=states, starts_on__lte=day)
        return begun.filter(Q(ends_on=None) | Q(ends_on__gt=day))

    def paying_on(self, day: date | OuterRef) -> Self:
        """Auto-debits by which a bank pays on ``day``: in force, active, no more held back."""
        on = day if isinstance(day, OuterRef) else Value(day, DateField())
        known = (F("state"), F("mandate"), F("first_debit_on"), F("ends_on"))
        return self.filter(BankPays(*known, on))

    def waiting(self) -> Self:
        """Requested and not yet approved."""
        return self.filter(state=Arrangement.State.REQUESTED)

    def open(self) -> Self:
        """Waiting, in force or expired: at most one of a kind and account."""
        return self.filter(state__in=Arrangement.OPEN)

    def to_review_before(self, day: date) -> Self:
        """In force, and to be confirmed again before ``day``."""
        return self.filter(state=Arrangement.State.IN_FORCE, review_on__lt=day)

    def disowned_since(self, at: datetime) -> Self:
        """Closed since ``at`` because whoever was told said that it was not them."""
        return self.filter(closed_why=Arrangement.ClosedWhy.NOT_ME, closed_at__gt=at)

    def undoable_at(self, at: datetime) -> Self:
        """In force for less than a day at ``at``."""
        return self.filter(state=Arrangement.State.IN_FORCE).filter(
            Q(decided_at__gt=at - UNDO_WITHIN)
            | Q(decided_at=None, requested_at__gt=at - UNDO_WITHIN)
        )

    def with_terms(self) -> Self:
        """With the row of its kind, the contact it names and the people, in the same query."""
        return self.select_related(
            "account__unit",
            "requested_by",
            "decided_by",
            "closed_by",
            "load",
            "consent_text",
            "autodebit",
            "monthendreading",
            "relativecontact__contact",
            "smsretention__contact",
        ).defer("load__report")

    def newest_first(self) -> Self:
        return self.order_by("-requested_at", "-pk")

    def oldest_first(self) -> Self:
        return self.order_by("requested_at", "pk")


class Arrangement(models.Model):
    """What was agreed with one customer, on whose word, from when until when."""

    Kind = ArrangementKind

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waiting for approval")
        IN_FORCE = "in_force", _("In force")
        REFUSED = "refused", _("Refused")
        UNDONE = "undone", _("Undone")
        ENDED = "ended", _("Ended")
        EXPIRED = "expired", _("Expired")

    # Expired is no end: a person has to confirm it again or to end it.
    OPEN = (State.REQUESTED, State.IN_FORCE, State.EXPIRED)
    LADDER: dict[str, tuple[str, ...]] = {
        State.REQUESTED: (State.IN_FORCE, State.REFUSED, State.UNDONE),
        State.IN_FORCE: (State.UNDONE, State.ENDED, State.EXPIRED),
        State.EXPIRED: (State.IN_FORCE, State.ENDED),
    }
    """Which state may follow which; a trigger of the table refuses every other step."""

    class Mandate(models.TextChoices):
        """What the bank makes of an auto-debit; empty for the other kinds."""

        PENDING = "pending", _("Waiting for approval")
        ACTIVE = "active", _("Debits may be made")
        FAILED = "failed", _("The last debit failed")
        SUSPENDED = "suspended", _("Suspended by the bank")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Run out at the bank")

    MANDATES: dict[str, tuple[str, ...]] = {
        Mandate.PENDING: (Mandate.ACTIVE, Mandate.CANCELLED),
        Mandate.ACTIVE: (
            Mandate.FAILED, Mandate.SUSPENDED, Mandate.CANCELLED, Mandate.EXPIRED,
        ),
        Mandate.FAILED: (
            Mandate.ACTIVE, Mandate.SUSPENDED, Mandate.CANCELLED, Mandate.EXPIRED,
        ),
        Mandate.SUSPENDED: (Mandate.ACTIVE, Mandate.FAILED, Mandate.CANCELLED, Mandate.EXPIRED),
    }  # fmt: skip
    """As ``LADDER``, of the mandate."""

    class SaidBy(models.TextChoices):
        HOLDER = "holder", _("Contract holder")
        RELATIVE = "relative", _("Relative")
        WARD_OFFICER = "ward_officer", _("Ward officer")

    class ClosedWhy(models.TextChoices):
        NOT_ME = "not_me", _("the customer said: this was not me")
        ASKED = "asked", _("the customer asked for it")
        REPLACED = "replaced", _("another arrangement takes its place")
        BANK = "bank", _("the bank does not debit any more")
        MOVED = "moved", _("the customer moved out or died")
        SILENT = "silent", _("nobody could be asked about it")
        AGREED = "agreed", _("its agreed last day came")

    class SaidVia(models.TextChoices):
        CALL = "call", _("Phone call")
        COUNTER = "counter", _("At the counter")
        LETTER = "letter", _("Letter")
        ONLINE = "online", _("Online")

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="arrangements", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.REQUESTED, editable=False
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("First day without it.")
    )
    review_on = models.DateField(
        _("review by"), help_text=_("Unless confirmed again by then, a person rings the customer.")
    )
    said_by = models.CharField(
        _("who said it"), max_length=12, choices=SaidBy, default=SaidBy.HOLDER
    )
    said_via = models.CharField(_("how"), max_length=8, choices=SaidVia, default=SaidVia.CALL)
    reference = models.CharField(
        _("call or letter number"),
        max_length=40,
        help_text=_("By which the conversation is found again."),
    )
    agreed_on = models.DateField(
        _("agreed on paper on"),
        null=True,
        editable=False,
        help_text=_("The day of the agreement that a file brought; empty: agreed when recorded."),
    )
    load = models.ForeignKey(
        "customers.Load",
        models.PROTECT,
        related_name="arrangements",
        verbose_name=_("brought by the file"),
        null=True,
        editable=False,
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    consent_text = models.ForeignKey(
        ConsentText,
        models.PROTECT,
        related_name="+",
        verbose_name=_("text read aloud"),
        null=True,
        editable=False,
        help_text=_("Empty where nothing was read aloud."),
    )
    requested_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("recorded by"), editable=False
    )
    requested_at = models.DateTimeField(_("recorded at"), editable=False)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        editable=False,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_why = models.CharField(
        _("why so decided"), max_length=200, blank=True, editable=False, default=""
    )
    first_debit_on = models.DateField(
        _("debits from"),
        null=True,
        editable=False,
        help_text=_("Of auto-debit: no bank takes money before this day."),
    )
    mandate = models.CharField(
        _("mandate at the bank"),
        max_length=9,
        choices=Mandate,
        blank=True,
        default="",
        editable=False,
        help_text=_("Of auto-debit: what the bank last said of it."),
    )
    mandate_on = models.DateField(
        _("said by the bank on"), null=True, editable=False, help_text=_("Empty: it said nothing.")
    )
    closed_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        verbose_name=_("closed by"),
        null=True,
        editable=False,
        help_text=_("Empty when the clock did it, or whoever had our message."),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    closed_why = models.CharField(
        _("why it was closed"),
        max_length=8,
        choices=ClosedWhy,
        blank=True,
        default="",
        editable=False,
        help_text=_("Empty when it ended in the usual way."),
    )

    objects = ArrangementQuerySet.as_manager()
    # A kind's history holds its rows as they were made, this one every change of what all share.
    history = Records()

    class Meta:
        verbose_name = _("arrangement")
        verbose_name_plural = _("arrangements")
        permissions = [
            ("decide_arrangement", "Can approve or refuse arrangements"),
            ("load_arrangement", "Can load files of arrangements"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=Q(state__in=("requested", "in_force", "expired")),
                name="arrangement_one_open_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                name="arrangement_two_people",
            ),
            models.CheckConstraint(
                # Month-end reading moves no money, no destination and involves no third party.
                condition=Q(state__in=("requested", "undone"))
                | Q(decided_by__isnull=False)
                | Q(kind="month_end_reading"),
                name="arrangement_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                name="arrangement_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(review_on__gt=F("starts_on")), name="arrangement_reviewed_after_start"
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="arrangement_has_evidence"),
            models.CheckConstraint(
                condition=Q(agreed_on=None) | Q(requested_at__gte=StartOf("agreed_on")),
                name="arrangement_agreed_before",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("requested", "in_force", "refused"), closed_at=None)
                | Q(state__in=("undone", "ended", "expired"), closed_at__isnull=False),
                name="arrangement_closed_when_over",
            ),
            models.CheckConstraint(
                # Nothing is debited before the day to undo it is over, whoever writes the row.
                condition=Q(first_debit_on=None)
                | Q(
                    kind="auto_debit",
                    decided_at__lte=StartOf("first_debit_on") - UNDO_WITHIN,
                    decided_at__isnull=False,
                    first_debit_on__gte=F("starts_on"),
                ),
                name="arrangement_debits_a_day_later",
            ),
            models.CheckConstraint(
                condition=~Q(kind="auto_debit", state__in=("in_force", "ended", "expired"))
                | Q(first_debit_on__isnull=False),
                name="arrangement_debit_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(closed_why="") | Q(closed_at__isnull=False),
                name="arrangement_closed_for_a_reason",
            ),
            models.CheckConstraint(
                # An auto-debit has its mandate, in step with what was agreed; nothing else has one.
                condition=(~Q(kind="auto_debit") & Q(mandate=""))
                | Q(kind="auto_debit", state="requested", mandate="pending")
                | (
                    Q(kind="auto_debit", state__in=("in_force", "expired"))
                    & ~Q(mandate__in=("", "pending"))
                )
                | Q(
                    kind="auto_debit",
                    state__in=("refused", "undone", "ended"),
                    mandate__in=("cancelled", "expired"),
                ),
                name="arrangement_mandate_in_step",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=Q(state="requested"),
                name="arrangement_waiting",
            ),
            models.Index(
                fields=["review_on"], condition=Q(state="in_force"), name="arrangement_to_review"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.account.number}"

    @property
    def terms(self) -> "Arrangement":
        """The row of its kind; no query after ``with_terms()``."""
        if type(self) is not Arrangement:
            return self
        terms: Arrangement = getattr(self, self.kind.replace("_", ""))
        return terms

    @property
    def closer(self) -> str:
        """Who closed it, in words; needs ``closed_by`` fetched."""
        nobody = self.get_closed_why_display() or gettext("the clock")
        return str(self.closed_by or nobody)

    @property
    def undoable_until(self) -> datetime:
        """When the day to undo it ends; counted from the moment it came in force."""
        return (self.decided_at or self.requested_at) + UNDO_WITHIN
