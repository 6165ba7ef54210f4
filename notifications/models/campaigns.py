from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, User
from portal.lib.history import Followed, Records

from .audiences import Audience
from .kinds import Kind

BY_HAND = (Kind.ANNOUNCEMENT, Kind.SURVEY, Kind.ADVICE)
# A kind that asks for consent is named as the purpose that was consented to.
CONSENTED = (Kind.SURVEY, Kind.ADVICE)


class CampaignQuerySet(Followed):
    def waiting(self) -> Self:
        """Asked for, and neither approved nor stopped."""
        return self.filter(asked_at__isnull=False, goes_at=None, stopped_at=None)

    def to_plan(self, *, at: datetime) -> Self:
        """Whose hold is over, and whose notices are not planned yet."""
        return self.filter(goes_at__lte=at, stopped_at=None, planned_at=None)

    def went(self) -> Self:
        """Planned, and not stopped."""
        return self.filter(planned_at__isnull=False, stopped_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-made_at", "-pk")

    def oldest_first(self) -> Self:
        return self.order_by("made_at", "pk")


class Campaign(models.Model):
    """A notice that a supervisor writes by hand, to the accounts of a saved audience."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waits for a second person")
        HELD = "held", _("Approved: can still be stopped before it goes")
        GOING = "going", _("Being told")
        STOPPED = "stopped", _("Stopped")

    kind = models.CharField(
        _("kind"), max_length=20, choices=[(kind.value, kind.label) for kind in BY_HAND]
    )
    audience = models.ForeignKey(
        Audience, models.PROTECT, related_name="campaigns", verbose_name=_("audience")
    )
    # Zalo's templates take no more.
    title_vi = models.CharField(_("title in Vietnamese"), max_length=30)
    text_vi = models.CharField(_("text in Vietnamese"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=60)
    text_en = models.CharField(_("text in English"), max_length=300)
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("written by"), editable=False
    )
    made_at = models.DateTimeField(_("written at"), editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, editable=False)
    recipients = models.PositiveIntegerField(_("recipients"), default=0, editable=False)
    alone_up_to = models.PositiveIntegerField(
        _("alone up to"),
        default=0,
        editable=False,
        help_text=_("So many recipients needed no second person when they were counted."),
    )
    asked_at = models.DateTimeField(_("asked for at"), null=True, editable=False)
    approved_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    goes_at = models.DateTimeField(_("goes at"), null=True, editable=False)
    planned_at = models.DateTimeField(_("planned at"), null=True, editable=False)
    stopped_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("stopped by"),
    )
    stopped_at = models.DateTimeField(_("stopped at"), null=True, editable=False)

    objects = CampaignQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        permissions = [
            ("approve_campaign", "Can approve campaigns of somebody else"),
            ("stop_campaign", "Can stop campaigns"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in BY_HAND]),
                name="campaign_of_a_kind_by_hand",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("made_by")),
                name="campaign_two_people",
            ),
            models.CheckConstraint(
                condition=Q(goes_at=None)
                | Q(approved_by__isnull=False)
                | Q(recipients__lte=F("alone_up_to")),
                name="campaign_large_ones_approved",
            ),
            models.CheckConstraint(
                condition=Q(goes_at=None) | Q(asked_at__isnull=False, counted_at__isnull=False),
                name="campaign_counted_before_it_goes",
            ),
            models.CheckConstraint(
                condition=Q(planned_at=None) | Q(planned_at__gte=F("goes_at")),
                name="campaign_planned_after_its_hold",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="campaign_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(stopped_by=None, stopped_at=None)
                | Q(stopped_by__isnull=False, stopped_at__isnull=False),
                name="campaign_stopped_by_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["goes_at"],
                condition=Q(goes_at__isnull=False, planned_at=None, stopped_at=None),
                name="campaign_to_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.title_vi}"

    @property
    def needs_approval(self) -> bool:
        """Whether so many recipients need a second person."""
        return self.recipients > self.alone_up_to

    def state_at(self, at: datetime) -> State:
        """How far it is at ``at``."""
        if self.stopped_at:
            return self.State.STOPPED
        if self.goes_at:
            return self.State.HELD if self.goes_at > at else self.State.GOING
        return self.State.WAITING if self.asked_at else self.State.DRAFT


class CampaignMemberQuerySet(models.QuerySet["CampaignMember"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Members that are accounts which ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))


class CampaignMember(models.Model):
    """One account of a campaign's audience, as it was counted and shown."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="members")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")

    objects = CampaignMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "account"], name="campaign_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} · {self.account_id}"
