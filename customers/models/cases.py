"""What somebody asks of the company, followed to its end: taken by one, answered, closed."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.lib import spoken
from portal.lib.history import Followed, Records
from portal.lib.periods import start_of

from .accounts import Account
from .case_kinds import CaseKind
from .case_terms import AnswerTemplate
from .links import AccountLink, Right
from .users import User
from .work import CLAIM_HOLDS

NUMBER_LENGTH = 8  # 40 bits: nobody comes upon another's by trying
REOPENED_WITHIN = timedelta(days=7)


class CaseQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """To staff those of the accounts that they may see, of a company its queue alone.

        To customers their own, and all of an address where they may act.
        """
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self._of_staff(user) if user.is_staff else self.of_customer(user)

    def of_customer(self, user: User) -> Self:
        """Own ones while the link lasts, others' where it lets act; of the days lived there."""
        found = Q(account=None, asked_by=user)
        for link in user.links.in_force():
            if Right.NOTICES in link.opens:
                found |= _of_link(link)
        return self.filter(found)

    def _of_staff(self, user: User) -> Self:
        if not user.has_perm("customers.view_case"):
            return self.none()
        about = Q(account__in=Account.objects.visible_to(user))
        if user.unit_id is not None:
            return self.filter(about, unit=user.unit_id)
        if user.has_perm("customers.see_every_company"):
            return self.filter(about | Q(account=None))
        return self.none()

    def open(self) -> Self:
        """Not closed."""
        return self.exclude(state=Case.State.CLOSED)

    def in_queue_of(self, user: User) -> Self:
        """What the people of ``user``'s company work off, or those of the whole city."""
        return self.open().filter(unit=user.unit_id)

    def to_do(self) -> Self:
        """It is we who have to act, not the customer."""
        return self.filter(state__in=(Case.State.NEW, Case.State.TAKEN))

    def waiting(self) -> Self:
        """It goes on only when the customer answers."""
        return self.filter(state=Case.State.WAITING)

    def free(self, *, at: datetime) -> Self:
        """To do, and nobody has it (any more)."""
        return self.to_do().filter(Q(owner=None) | Q(taken_at__lte=at - CLAIM_HOLDS))

    def owned_by(self, user: User, *, at: datetime) -> Self:
        """Taken by ``user`` and not yet free again; with those whose customer was asked."""
        return self.open().filter(owner=user, taken_at__gt=at - CLAIM_HOLDS)

    def overdue(self, *, at: datetime) -> Self:
        """To do, and the time in which it has to be answered is over."""
        return self.to_do().filter(due_at__lte=at)

    def soonest_first(self) -> Self:
        return self.order_by("due_at", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-made_at", "-pk")


def _of_link(link: AccountLink) -> Q:
    found = Q(account=link.account_id)
    if Right.CHANGE not in link.opens:
        found &= Q(asked_by=link.user_id)
    if link.moved_in_on:
        found &= Q(made_at__gte=start_of(link.moved_in_on))
    if link.moved_out_on:
        found &= Q(made_at__lt=start_of(link.moved_out_on))
    return found


class Case(models.Model):
    """One request or complaint. Its words are its lines; who may do what next is its state."""

    class Via(models.TextChoices):
        CALL = "call", _("Phone call")
        EMAIL = "email", _("E-mail")
        COUNTER = "counter", _("At the counter")
        SITE = "site", _("On this site")

    class From(models.TextChoices):
        HOLDER = "holder", _("Contract holder")
        RELATIVE = "relative", _("Relative or household")
        OTHER = "other", _("Somebody else")

    class State(models.TextChoices):
        NEW = "new", _("Waits for somebody to take it")
        TAKEN = "taken", _("Being worked on")
        WAITING = "waiting", _("Waits for the customer")
        CLOSED = "closed", _("Closed")

    class Outcome(models.TextChoices):
        DONE = "done", _("Done as asked")
        ANSWERED = "answered", _("Answered")
        DECLINED = "declined", _("Not possible, and why")
        SETTLED = "settled", _("Settled, the customer says")

    BY_STAFF = (Outcome.DONE, Outcome.ANSWERED, Outcome.DECLINED)
    """What staff may record as the outcome."""
    LADDER: dict[str, tuple[str, ...]] = {
        State.NEW: (State.TAKEN, State.CLOSED),
        State.TAKEN: (State.NEW, State.WAITING, State.CLOSED),
        State.WAITING: (State.NEW, State.TAKEN, State.CLOSED),
        State.CLOSED: (State.NEW,),
    }
    """Which state may follow which; a trigger holds it, too."""

    number = models.CharField(_("number"), max_length=NUMBER_LENGTH, unique=True, editable=False)
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="cases",
        null=True,
        verbose_name=_("account"),
        help_text=_("Empty where somebody needs help to link their first one."),
    )
    asked_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="cases",
        null=True,
        verbose_name=_("login that asked"),
        help_text=_("Empty where somebody called, wrote or came."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind)
    via = models.CharField(_("how it came"), max_length=8, choices=Via)
    from_whom = models.CharField(_("from whom"), max_length=8, choices=From)
    asked = models.CharField(_("what was asked"), max_length=1000)
    reference = models.CharField(_("call number"), max_length=40, blank=True, default="")
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    made_at = models.DateTimeField(_("received at"))
    due_at = models.DateTimeField(_("answer by"))
    unit = models.ForeignKey(
        "customers.OperatingUnit",
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("in the queue of"),
        help_text=_("Empty: of the whole city."),
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NEW)
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("taken by")
    )
    taken_at = models.DateTimeField(_("taken at"), null=True)
    waiting_since = models.DateTimeField(
        _("waits for the customer since"),
        null=True,
        help_text=_("So long the time to answer stands still."),
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True, default="")
    closed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)
    reopened_at = models.DateTimeField(_("opened again at"), null=True)

    objects = CaseQuerySet.as_manager()
    # Without what people wrote: that is erased when they ask, and history never is.
    history = Records(secret=["asked"])

    class Meta:
        verbose_name = _("request of a customer")
        verbose_name_plural = _("requests of customers")
        permissions = [("recall_case", "Can take a request back from a company")]
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False)
                | Q(kind="linking", asked_by__isnull=False, unit=None),
                name="case_is_about_an_account",
            ),
            models.CheckConstraint(
                condition=Q(via="site", asked_by=F("made_by"))
                | (~Q(via="site") & Q(asked_by=None)),
                name="case_of_the_site_has_a_login",
            ),
            models.CheckConstraint(condition=~Q(asked=""), name="case_asks_something"),
            models.CheckConstraint(condition=Q(due_at__gt=F("made_at")), name="case_due_later"),
            models.CheckConstraint(
                condition=Q(state__in=("new", "closed"), owner=None, taken_at=None)
                | Q(state__in=("taken", "waiting"), owner__isnull=False, taken_at__isnull=False),
                name="case_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", waiting_since__isnull=False)
                | (~Q(state="waiting") & Q(waiting_since=None)),
                name="case_waits_since",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="closed", closed_by__isnull=False, closed_at__isnull=False)
                    & ~Q(outcome="")
                )
                | (~Q(state="closed") & Q(outcome="", closed_by=None, closed_at=None)),
                name="case_closed_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "due_at"], condition=~Q(state="closed"), name="case_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.spoken_number}"

    @property
    def spoken_number(self) -> str:
        """In groups, as it is read out: 7K3M-9QPX."""
        return spoken.grouped(self.number)

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED

    def holder(self, *, at: datetime) -> User | None:
        """Who has it at ``at``; needs ``owner`` fetched."""
        return self.owner if self.has_holder(at=at) else None

    def has_holder(self, *, at: datetime) -> bool:
        """Whether somebody took it less than ``CLAIM_HOLDS`` ago."""
        return self.taken_at is not None and self.taken_at > at - CLAIM_HOLDS

    def may_reopen(self, *, at: datetime) -> bool:
        """Whether it was closed so lately that it is the same request still."""
        return self.closed_at is not None and at <= self.closed_at + REOPENED_WITHIN


class CaseLineQuerySet(models.QuerySet["CaseLine"]):
    def said(self) -> Self:
        """What customer and company said to each other."""
        return self.exclude(text="")

    def oldest_first(self) -> Self:
        return self.order_by("at", "pk")


class CaseLine(models.Model):
    """One thing that was said in a case. Never changed; gone only with its case."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("We asked")
        REPLY = "reply", _("The customer wrote")
        ANSWER = "answer", _("We answered")
        HANDED = "handed", _("Handed over")

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="lines", verbose_name=_("request of a customer")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.CharField(
        _("words"),
        max_length=2000,
        blank=True,
        default="",
        help_text=_("The customer reads them."),
    )
    note = models.CharField(
        _("note"), max_length=500, blank=True, default="", help_text=_("For colleagues alone.")
    )
    template = models.ForeignKey(
        AnswerTemplate,
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("template"),
        help_text=_("From which the words were made; empty where none was used."),
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))

    objects = CaseLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a request")
        verbose_name_plural = _("lines of requests")
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="handed", text="")) | (~Q(kind="handed") & ~Q(text="")),
                name="case_line_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.get_kind_display()}"
