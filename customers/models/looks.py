from django.db import models
from django.utils.translation import gettext_lazy as _

from .accounts import Account
from .users import User


class Look(models.Model):
    """One staff member's look at one account's personal data. Written once, never changed."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who"))
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="looks", verbose_name=_("account")
    )
    at = models.DateTimeField(_("when"))
    page = models.CharField(_("where"), max_length=40)

    class Meta:
        verbose_name = _("look at an account")
        verbose_name_plural = _("looks at accounts")
        indexes = [models.Index(fields=["account", "-at"], name="look_by_account")]

    def __str__(self) -> str:
        return f"{self.user} · {self.at:%d/%m/%Y %H:%M}"
