from datetime import date, datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records
from portal.lib.periods import Window, local_day

from .accounts import Account
from .users import User


class Right(models.TextChoices):
    """What a link opens on the pages of an address."""

    # Use and amount of closed months. Not the month so far: its growth would tell the days.
    TOTALS = "totals", _("Use and amount of each month")
    BILLS = "bills", _("Bills and payments")
    NOTICES = "notices", _("What was told, and where")
    # Shows when nobody is at home.
    DAYS = "days", _("Use of each day")
    CHANGE = "change", _("Change where notices go")


class AccountLinkQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Links of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def in_force(self) -> Self:
        """Links that were accepted and have not ended, by the database's clock."""
        return self.filter(state=AccountLink.State.ACTIVE).filter(
            Q(ends_at=None) | Q(ends_at__gt=Now())
        )

    def living_there(self, *, on: date) -> Self:
        """Links of those who live at the place on that day: moved in by then, not yet out."""
        return self.filter(Q(moved_in_on=None) | Q(moved_in_on__lte=on)).filter(
            Q(moved_out_on=None) | Q(moved_out_on__gt=on)
        )

    def holding(self, *, at: datetime) -> Self:
        """The links by which somebody holds a contract at ``at``."""
        return (
            self.filter(
                role=AccountLink.Role.HOLDER,
                state=AccountLink.State.ACTIVE,
                user__is_active=True,
            )
            .filter(Q(ends_at=None) | Q(ends_at__gt=at))
            .living_there(on=local_day(at))
        )


class AccountLink(models.Model):
    """A login's right to see one account: in which role, what of it, of which days, until when.

    Who moved out keeps seeing the own days, and nothing that comes after.
    """

    class Role(models.TextChoices):
        HOLDER = "holder", _("Contract holder")
        HOUSEHOLD = "household", _("Household member")
        RELATIVE = "relative", _("Relative")
        VIEWER = "viewer", _("Sees monthly totals")

    class State(models.TextChoices):
        ACTIVE = "active", _("In force")
        FROZEN = "frozen", _("Stopped after a warning")
        ENDED = "ended", _("Ended")

    class Proof(models.TextChoices):
        """What showed that this login may see the account."""

        CONTACT = "contact", _("Code sent to a contact of the contract")
        LETTER = "letter", _("Code from a letter")
        HOLDER = "holder", _("The contract holder said yes")
        AGENT = "agent", _("Checked by an agent")
        INVITATION = "invitation", _("Invitation accepted")

    MOST = {
        Role.HOLDER: frozenset(Right),
        Role.HOUSEHOLD: frozenset(Right),
        Role.RELATIVE: frozenset({Right.TOTALS, Right.BILLS, Right.NOTICES, Right.DAYS}),
        Role.VIEWER: frozenset({Right.TOTALS}),
    }
    """What a role can open at most; the holder may choose less."""
    USUAL = {**MOST, Role.RELATIVE: MOST[Role.RELATIVE] - {Right.DAYS}}
    """What a role opens unless the holder chooses otherwise."""

    user = models.ForeignKey(User, models.CASCADE, related_name="links", verbose_name=_("login"))
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="links", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    rights = ArrayField(models.CharField(max_length=8, choices=Right), verbose_name=_("may see"))
    proof = models.CharField(_("shown by"), max_length=10, choices=Proof)
    nickname = models.CharField(_("own name for the place"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    moved_in_on = models.DateField(
        _("moved in on"), null=True, blank=True, help_text=_("Nothing before this day is shown.")
    )
    moved_out_on = models.DateField(
        _("moved out on"), null=True, blank=True, help_text=_("The first day that is not shown.")
    )

    objects = AccountLinkQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("link to an account")
        verbose_name_plural = _("links to accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "account"], condition=~Q(state="ended"), name="link_once_per_user"
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(role="holder", moved_out_on=None) & ~Q(state="ended"),
                name="link_one_holder",
            ),
            models.CheckConstraint(condition=Q(rights__len__gt=0), name="link_opens_something"),
            models.CheckConstraint(
                condition=Q(moved_in_on=None)
                | Q(moved_out_on=None)
                | Q(moved_out_on__gt=F("moved_in_on")),
                name="link_moved_out_after_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.account.number}"

    @property
    def opens(self) -> frozenset[Right]:
        """What it opens: what was chosen, within what the role can open."""
        return self.MOST[self.Role(self.role)] & {Right(right) for right in self.rights}

    @property
    def window(self) -> Window:
        """The days its person lived there: all that the link shows."""
        return Window(self.moved_in_on, self.moved_out_on)

    def opens_on(self, day: date) -> frozenset[Right]:
        """What it opens on ``day``: who moved out changes nothing any more."""
        has_left = self.moved_out_on is not None and self.moved_out_on <= day
        return self.opens - {Right.CHANGE} if has_left else self.opens
