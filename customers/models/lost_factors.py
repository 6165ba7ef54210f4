from datetime import datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records

from .codes import MOST_CODES, MOST_TRIES
from .users import User


class LostFactorQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of staff whom ``user`` works with: of the own company, or of all."""
        if not isinstance(user, User) or not user.is_staff:
            return self.none()
        return self if user.unit_id is None else self.filter(user__unit=user.unit_id)

    def open_to(self, user: User) -> Self:
        """What ``user`` may open: with the right to see them, and always what is about oneself."""
        own = self.filter(user=user.pk) if user.is_staff else self.none()
        return self.visible_to(user) | own if user.has_perm("customers.view_lostfactor") else own

    def waiting(self, *, at: datetime) -> Self:
        """Asked for within a day, and not decided."""
        return self.filter(state=LostFactor.State.WAITING, lapses_at__gt=at)

    def lapsed(self, *, at: datetime) -> Self:
        """Asked for, and in a day nobody decided."""
        return self.filter(state=LostFactor.State.WAITING, lapses_at__lte=at)

    def last_taken_off(self, user: User) -> Self:
        """The last time that the second steps of ``user`` were taken off: one row, or none."""
        approved = self.filter(user=user.pk, state=LostFactor.State.APPROVED)
        return self.filter(pk__in=approved.order_by("-decided_at", "-pk").values("pk")[:1])

    def oldest_first(self) -> Self:
        return self.order_by("asked_at", "pk")


class LostFactor(models.Model):
    """Somebody of the staff lost their second step: one supervisor asks, another takes it off."""

    LIVES = timedelta(days=1)
    """A wish that nobody decided on in so long is none any more."""

    class Recognised(models.TextChoices):
        IN_PERSON = "in_person", _("They stood before me with their staff card or identity card")
        CALLED_BACK = "called_back", _("I rang them back on the number that personnel keeps")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for another supervisor")
        APPROVED = "approved", _("taken off")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("lapsed: nobody decided within a day")

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("colleague"))
    why = models.CharField(
        _("what happened"), max_length=200, help_text=_("For example: the phone was stolen.")
    )
    recognised = models.CharField(
        _("how you know that it is them"), max_length=12, choices=Recognised
    )
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"))
    lapses_at = models.DateTimeField(_("lapses at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    # Of the code that goes from hand to hand, before a new second step is set up.
    code_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    code_sent_at = models.DateTimeField(_("code made at"), null=True, editable=False)
    codes = models.PositiveSmallIntegerField(_("codes made"), default=0, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)

    objects = LostFactorQuerySet.as_manager()
    history = Records(secret=["code_hash"], unnoted=["code_sent_at", "tries"])

    class Meta:
        verbose_name = _("lost second step")
        verbose_name_plural = _("lost second steps")
        permissions = [("decide_lostfactor", "Can decide on a lost second factor")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(user=F("asked_by"))
                & (Q(decided_by=None) | ~Q(state="approved") | ~Q(decided_by=F("asked_by"))),
                name="lost_factor_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("user")),
                name="lost_factor_not_by_its_owner",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "lapsed"), decided_by=None, decided_at=None)
                | Q(
                    state__in=("approved", "refused"),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="lost_factor_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(decided_at__lt=F("lapses_at")),
                name="lost_factor_approved_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(why="") & ~Q(recognised=""), name="lost_factor_says_why"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="waiting"), name="lost_factor_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=MOST_TRIES, codes__lte=MOST_CODES),
                name="lost_factor_few_tries",
            ),
            models.CheckConstraint(
                condition=Q(code_hash="") | Q(state="approved"),
                name="lost_factor_code_once_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_state_display()}"

    def waits(self, *, at: datetime) -> bool:
        """Whether another supervisor can still decide."""
        return self.state == self.State.WAITING and at < self.lapses_at

    def state_at(self, at: datetime) -> "LostFactor.State":
        """As it is now: what nobody decided in time has lapsed, before the row says so."""
        if self.state == self.State.WAITING and not self.waits(at=at):
            return self.State.LAPSED
        return self.State(self.state)
