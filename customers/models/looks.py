from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .accounts import Account
from .users import User


class LookQuerySet(models.QuerySet["Look"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Looks at the accounts that ``user`` may see; staff of no company also those at logins."""
        mine = Q(account__in=Account.objects.visible_to(user))
        if isinstance(user, User) and user.is_staff and user.unit_id is None:
            mine |= Q(account=None)
        return self.filter(mine)

    def after(self, moment: datetime) -> Self:
        """Looks later than ``moment``."""
        return self.filter(at__gt=moment)

    def given_after(self, moment: datetime) -> Self:
        """Looks whose reason was given later than ``moment``."""
        return self.after(moment).filter(Q(reason_at=None) | Q(reason_at__gt=moment))

    def opening(self) -> Self:
        """Looks for a reason that opens the account further; what a file changes is none."""
        return self.exclude(reason=Look.Reason.LOAD)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class Look(models.Model):
    """One staff member's look at personal data. Written once, never changed.

    Of one account; or of a login, where what they saw is about no account.
    """

    class Reason(models.TextChoices):
        CALL = "call", _("The customer is on the phone")
        COUNTER = "counter", _("The customer is at the counter")
        CASE = "case", _("Work on a case")
        CALL_LIST = "call_list", _("Ringing a customer on the call list")
        REVIEW = "review", _("Approval or review")
        LOAD = "load", _("A file that changes something there")

    REFERRED = (Reason.CALL, Reason.COUNTER, Reason.CASE)
    """Reasons that others can check: the call or case has a number."""
    IN_PASSING = (Reason.REVIEW, Reason.LOAD)
    """Of people who do not work on the account."""

    written_once = True

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who"))
    account = models.ForeignKey(
        Account,
        models.CASCADE,
        related_name="looks",
        verbose_name=_("account"),
        null=True,
        blank=True,
    )
    about = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="looks",
        verbose_name=_("login"),
        null=True,
        blank=True,
        help_text=_("Whose, where it is about no account."),
    )
    at = models.DateTimeField(_("when"))
    page = models.CharField(_("where"), max_length=40)
    reason = models.CharField(_("why"), max_length=10, choices=Reason)
    reference = models.CharField(
        _("call or case number"),
        max_length=40,
        blank=True,
        help_text=_("By which the occasion is found again."),
    )
    reason_at = models.DateTimeField(
        _("reason given at"),
        null=True,
        blank=True,
        help_text=_("Empty where it was given for this look."),
    )

    objects = LookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look at an account")
        verbose_name_plural = _("looks at accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, about=None)
                | Q(account=None, about__isnull=False),
                name="look_is_about_someone",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="look_has_a_reason"),
            models.CheckConstraint(
                condition=Q(reason__in=("call_list", "review")) | ~Q(reference=""),
                name="look_names_its_call_or_case",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-at"], name="look_by_account"),
            models.Index(fields=["user", "-at"], name="look_by_user"),
            models.Index(fields=["at"], name="look_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.at:%d/%m/%Y %H:%M}"
