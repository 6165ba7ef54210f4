from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .accounts import Account
from .users import User


class Look(models.Model):
    """One staff member's look at one account's personal data. Written once, never changed."""

    class Reason(models.TextChoices):
        CALL = "call", _("The customer is on the phone")
        COUNTER = "counter", _("The customer is at the counter")
        CASE = "case", _("Work on a case")
        CALL_LIST = "call_list", _("Ringing a customer on the call list")
        REVIEW = "review", _("Approval or review")

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who"))
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="looks", verbose_name=_("account")
    )
    at = models.DateTimeField(_("when"))
    page = models.CharField(_("where"), max_length=40)
    reason = models.CharField(_("why"), max_length=10, choices=Reason)
    reference = models.CharField(
        _("call or case number"),
        max_length=40,
        help_text=_("By which the occasion is found again."),
    )

    class Meta:
        verbose_name = _("look at an account")
        verbose_name_plural = _("looks at accounts")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="look_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["account", "-at"], name="look_by_account"),
            models.Index(fields=["user", "-at"], name="look_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.at:%d/%m/%Y %H:%M}"
