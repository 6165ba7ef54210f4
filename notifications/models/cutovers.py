from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, OperatingUnit, User
from portal.lib.history import Followed, Records

from .trials import PolicyTrial


class CutoverQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Cut-overs of the company that ``user`` works for; of all, where they see every one."""
        if not isinstance(user, User) or not (user.is_active and user.is_staff):
            return self.none()
        if user.unit_id is None and user.has_perm("customers.see_every_company"):
            return self.all()
        return self.filter(unit=user.unit_id)

    def open(self) -> Self:
        """Neither refused nor taken back; a company has one at most."""
        return self.exclude(state=Cutover.State.TAKEN_BACK)

    def waiting(self) -> Self:
        """Worked out, and not approved yet."""
        return self.filter(state=Cutover.State.DRAFT, counted_at__isnull=False)

    def in_force(self, *, on: date) -> Self:
        """Approved, and begun by ``on``."""
        return self.filter(state=Cutover.State.APPROVED, starts_on__lte=on)

    def newest_first(self) -> Self:
        return self.order_by("-starts_on", "-pk")

    def oldest_first(self) -> Self:
        return self.order_by("made_at", "pk")


class Cutover(models.Model):
    """The day from which the bills of one company go by SMS only where that was agreed.

    Planned by one person, approved by another; routing obeys from that day on, and from the moment
    it is taken back no more.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Planned: waits for a second person")
        APPROVED = "approved", _("Approved")
        TAKEN_BACK = "taken_back", _("Taken back")

    unit = models.ForeignKey(
        OperatingUnit, models.PROTECT, related_name="cutovers", verbose_name=_("company")
    )
    starts_on = models.DateField(_("from the day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("planned by")
    )
    made_at = models.DateTimeField(_("planned at"))
    trial = models.ForeignKey(
        PolicyTrial,
        models.SET_NULL,
        related_name="cutovers",
        null=True,
        verbose_name=_("trial that works it out"),
    )
    counted_at = models.DateTimeField(
        _("worked out at"), null=True, help_text=_("On the notices of the 30 days before.")
    )
    approved_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("taken back by")
    )
    ended_at = models.DateTimeField(_("taken back at"), null=True)
    ended_why = models.CharField(_("taken back because"), max_length=200, blank=True)
    measured_until = models.DateTimeField(
        _("measured until"), null=True, help_text=_("Notices planned before then are counted.")
    )

    objects = CutoverQuerySet.as_manager()
    # What is worked out and measured in the background is nobody's decision.
    history = Records(unnoted=["trial", "counted_at", "measured_until"])

    class Meta:
        verbose_name = _("cut-over")
        verbose_name_plural = _("cut-overs")
        permissions = [("approve_cutover", "Can approve cut-overs that somebody else planned")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=~Q(state="taken_back"),
                name="cutover_open_once",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("made_by")),
                name="cutover_two_people",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False, counted_at__isnull=False),
                name="cutover_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", approved_by=None)
                | Q(state="approved", approved_by__isnull=False)
                | Q(state="taken_back"),
                name="cutover_approved_to_be_in_force",
            ),
            models.CheckConstraint(
                condition=Q(state="taken_back", ended_by__isnull=False, ended_at__isnull=False)
                & ~Q(ended_why="")
                | ~Q(state="taken_back") & Q(ended_by=None, ended_at=None, ended_why=""),
                name="cutover_taken_back_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.starts_on:%d/%m/%Y}"

    def is_in_force(self, *, on: date) -> bool:
        """Whether routing obeys it on ``on``."""
        return self.state == self.State.APPROVED and self.starts_on <= on


class CutoverFigure(models.Model):
    """What a cut-over means for the customers of one ward and age group, on one side of it.

    Counted alike on all sides, so that they can be compared.
    """

    class Side(models.TextChoices):
        BEFORE = "before", _("as it was")
        AFTER = "after", _("worked out")
        MEASURED = "measured", _("measured")

    cutover = models.ForeignKey(
        Cutover, models.CASCADE, related_name="figures", verbose_name=_("cut-over")
    )
    side = models.CharField(_("side"), max_length=8, choices=Side)
    ward = models.CharField(_("ward or commune"), max_length=80)
    age = models.CharField(_("age group"), max_length=8)
    accounts = models.PositiveIntegerField(_("customers told of bills"))
    untold = models.PositiveIntegerField(_("without any channel"))
    lost = models.PositiveIntegerField(_("without the only channel they had"))
    messages = models.PositiveIntegerField(_("SMS"))
    cost = models.PositiveBigIntegerField(_("cost of SMS in đồng"))
    most_messages = models.PositiveIntegerField(_("SMS if nothing is confirmed"))
    most_cost = models.PositiveBigIntegerField(_("cost if nothing is confirmed"))

    class Meta:
        verbose_name = _("figure of a cut-over")
        verbose_name_plural = _("figures of cut-overs")
        constraints = [
            models.UniqueConstraint(
                fields=["cutover", "side", "ward", "age"], name="cutover_figure_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward} · {self.age} · {self.get_side_display()}"


class CutoverLossQuerySet(models.QuerySet["CutoverLoss"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those whose account ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))


class CutoverLoss(models.Model):
    """One account that would lose its only working channel, as it was worked out: to be rung."""

    cutover = models.ForeignKey(
        Cutover, models.CASCADE, related_name="losses", verbose_name=_("cut-over")
    )
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="+", verbose_name=_("account")
    )

    objects = CutoverLossQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer who would lose the only channel")
        verbose_name_plural = _("customers who would lose the only channel")
        constraints = [
            models.UniqueConstraint(fields=["cutover", "account"], name="cutover_loss_once"),
        ]

    def __str__(self) -> str:
        return str(self.account)
