from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit, User


class PolicyTrialQuerySet(models.QuerySet["PolicyTrial"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Whoever asked reads the answer."""
        return self.filter(asked_by=user.pk)

    def open(self) -> Self:
        """Not answered yet; there is one at most."""
        return self.filter(state=PolicyTrial.State.OPEN)

    def newest_first(self) -> Self:
        return self.order_by("-asked_at", "-pk")


class PolicyTrial(models.Model):
    """A changed policy that somebody tries on last month's notices, and what came of it.

    A question of its own, answered in the background: very many notices take a minute. It names
    nobody, changes nothing and is thrown away after a day.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Being worked out")
        DONE = "done", _("Worked out")
        FAILED = "failed", _("Not worked out")

    asked_by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    unit = models.ForeignKey(
        OperatingUnit,
        models.CASCADE,
        related_name="+",
        null=True,
        verbose_name=_("company"),
        help_text=_("Whoever works for one company asks about its customers."),
    )
    change = models.JSONField(_("what is tried"))
    form = models.TextField(_("as it was asked"), help_text=_("To show the form again."))
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.OPEN)
    started_at = models.DateTimeField(_("begun at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    result = models.JSONField(_("what came of it"), null=True)

    objects = PolicyTrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial of a policy")
        verbose_name_plural = _("trials of policies")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="open"), name="policy_trial_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | ~Q(state="open") & Q(ended_at__isnull=False),
                name="policy_trial_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()

    def ended(self, state: State, *, at: datetime, result: object = None) -> None:
        """Set down what came of it."""
        self.state, self.ended_at, self.result = state, at, result
