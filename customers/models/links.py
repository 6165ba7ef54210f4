from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .accounts import Account
from .users import User


class AccountLinkQuerySet(models.QuerySet["AccountLink"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Links of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def in_force(self) -> Self:
        """Links that were accepted and have not ended, by the database's clock."""
        return self.filter(state=AccountLink.State.ACTIVE).filter(
            Q(ends_at=None) | Q(ends_at__gt=Now())
        )


class AccountLink(models.Model):
    """A login's right to see one account: in which role, and until when."""

    class Role(models.TextChoices):
        HOLDER = "holder", _("Contract holder")
        HOUSEHOLD = "household", _("Household member")
        RELATIVE = "relative", _("Relative")
        VIEWER = "viewer", _("Sees monthly totals")

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("In force")
        ENDED = "ended", _("Ended")

    user = models.ForeignKey(User, models.CASCADE, related_name="links", verbose_name=_("login"))
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="links", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.INVITED)
    nickname = models.CharField(_("own name for the place"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = AccountLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to an account")
        verbose_name_plural = _("links to accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "account"], condition=~Q(state="ended"), name="link_once_per_user"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.account.number}"
