from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records
from portal.lib.text import mask_contact

from .accounts import Account
from .users import User


class ContactPointQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Contacts of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def usable(self) -> Self:
        """Contacts that nobody suspended."""
        return self.filter(suspended_at=None)


class ContactPoint(models.Model):
    """A phone, e-mail address or Zalo id of an account, with how and when it was verified."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        ZALO = "zalo", _("Zalo")

    class Owner(models.TextChoices):
        HOLDER = "holder", _("Contract holder")
        RELATIVE = "relative", _("Relative")

    class Source(models.TextChoices):
        CONTRACT = "contract", _("On the contract")
        LIST = "list", _("In a list of contacts")
        CODE = "code", _("Code entered")
        AGENT = "agent", _("Recorded by an agent")

    class Suspended(models.TextChoices):
        """Why we suspended it; a provider's or the customer's reason may stand there too."""

        REPLACED = "replaced", _("replaced on the contract")
        ENDED = "ended", _("not in use any more, by a list of contacts")
        NOT_APPROVED = "not_approved", _("waits for approval")
        NOT_ARRANGED = "not_arranged", _("its arrangement is over")
        CHANGED = "changed", _("changed by the customer")
        NOT_MINE = "not_mine", _("not the customer's")
        MISTYPED = "mistyped", _("looks mistyped")

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="contacts", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    value = models.CharField(_("value"), max_length=254)
    owner = models.CharField(_("whose"), max_length=8, choices=Owner, default=Owner.HOLDER)
    source = models.CharField(
        _("known from"), max_length=8, choices=Source, default=Source.CONTRACT
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(
        _("confirmed again at"),
        null=True,
        blank=True,
        help_text=_("When the customer last said again that it is theirs."),
    )
    known_since = models.DateTimeField(
        _("known since"),
        db_default=Now(),
        editable=False,
        help_text=_("From then on it counts as old that nobody ever proved."),
    )
    suspended_at = models.DateTimeField(_("suspended at"), null=True, blank=True)
    suspended_why = models.CharField(_("suspended because"), max_length=80, blank=True)

    objects = ContactPointQuerySet.as_manager()
    history = Records(unnoted=["known_since"])

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "value"], name="contact_once_per_account"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="contact_has_a_value"),
        ]
        indexes = [
            models.Index(fields=["value"], name="contact_by_value"),
            # Which proofs have become too old is asked every hour. It holds every contact: one of
            # those in use alone, as whole as it is, passes for a way to those of one account where
            # the database believes that there are none yet.
            models.Index(
                Coalesce(Greatest("verified_at", "confirmed_at"), "known_since"),
                name="contact_by_last_proof",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.masked}"

    @property
    def is_email(self) -> bool:
        """Whether mails go there; what is none is a phone, or Zalo on a phone."""
        return self.kind == self.Kind.EMAIL

    @property
    def masked(self) -> str:
        """Enough to recognise it, too little to use it."""
        return mask_contact(self.value, is_email=self.is_email)

    @property
    def proven_at(self) -> datetime | None:
        """When its owner last proved it; None where nobody ever did."""
        return max(filter(None, (self.verified_at, self.confirmed_at)), default=None)

    def is_stale(self, *, since: datetime) -> bool:
        """Whether it was proven once, but not since ``since``."""
        return self.proven_at is not None and self.proven_at <= since
