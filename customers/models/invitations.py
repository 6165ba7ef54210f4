from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.lib.text import mask_contact

from .accounts import Account
from .links import AccountLink, Right
from .users import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Invitations to the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def waiting(self, *, at: datetime) -> Self:
        """Neither answered nor taken back, and not too old at ``at``."""
        return self.filter(state=Invitation.State.WAITING, expires_at__gt=at)


class Invitation(models.Model):
    """The holder's offer to whoever owns a phone number or e-mail address: to see one account.

    It carries no secret: the person signs in with that number or address, verified, and answers.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back")
        EXPIRED = "expired", _("Not answered in time")

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="invitations", verbose_name=_("account")
    )
    invited_by = models.ForeignKey(
        User, models.CASCADE, related_name="+", verbose_name=_("invited by")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    address = models.CharField(
        _("phone or e-mail"), max_length=254, help_text=_("E.164, or the address in small letters.")
    )
    role = models.CharField(_("role"), max_length=10, choices=AccountLink.Role)
    rights = ArrayField(models.CharField(max_length=8, choices=Right), verbose_name=_("may see"))
    link_ends_at = models.DateTimeField(_("may see until"), null=True, blank=True)
    invited_at = models.DateTimeField(_("invited at"))
    expires_at = models.DateTimeField(_("to be answered until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    link = models.OneToOneField(
        AccountLink,
        models.SET_NULL,
        related_name="invitation",
        null=True,
        blank=True,
        verbose_name=_("link"),
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "address"],
                condition=Q(state="waiting"),
                name="invitation_once_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(rights__len__gt=0), name="invitation_offers_something"
            ),
            models.CheckConstraint(condition=~Q(role="holder"), name="invitation_of_no_holder"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("invited_at")), name="invitation_lasts_a_while"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None)
                | ~Q(state="waiting") & Q(answered_at__isnull=False),
                name="invitation_answered_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["address"], condition=Q(state="waiting"), name="invitation_by_address"
            )
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """Whom it went to: enough to recognise, too little to use."""
        return mask_contact(self.address, is_email=self.kind == self.Kind.EMAIL)

    @property
    def offers(self) -> frozenset[Right]:
        """What its link would open."""
        return AccountLink.MOST[AccountLink.Role(self.role)] & {Right(one) for one in self.rights}
