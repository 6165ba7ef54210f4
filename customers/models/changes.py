from datetime import datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.lib.sealed import SealedField
from portal.lib.text import mask_contact

from .accounts import Account
from .codes import MOST_TRIES
from .contacts import ContactPoint
from .users import User

HOLD = timedelta(hours=24)
"""Between the proof and the change: time for whoever had the old contact to say no."""


class ContactChangeQuerySet(models.QuerySet["ContactChange"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Changes of the accounts that ``user`` may see, and of their own login."""
        if not isinstance(user, User):
            return self.none()
        of_accounts = Q(account__in=Account.objects.visible_to(user))
        return self.filter(of_accounts | Q(user=user, account=None))

    def open(self) -> Self:
        """Neither applied nor cancelled."""
        return self.filter(applied_at=None, cancelled_at=None)

    def held(self) -> Self:
        """Proven, and waiting for the hold to end."""
        return self.open().exclude(holds_until=None)

    def due(self, *, at: datetime) -> Self:
        """Held until ``at`` and nobody said no."""
        return self.held().filter(holds_until__lte=at)


class ContactChange(models.Model):
    """A new phone number or e-mail address: asked for, proven by a code, held a day, applied.

    Of a login where ``account`` is empty, else of the contract. The value and both codes are
    never kept in clear.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")

    class Cancelled(models.TextChoices):
        ASKER = "asker", _("by the login that asked")
        OLD_CONTACT = "old_contact", _("with the code sent to the old contact")
        AGAIN = "again", _("asked again")
        NOT_POSSIBLE = "not_possible", _("not possible any more")

    user = models.ForeignKey(
        User, models.CASCADE, related_name="contact_changes", verbose_name=_("asked by")
    )
    account = models.ForeignKey(
        Account,
        models.CASCADE,
        related_name="contact_changes",
        null=True,
        blank=True,
        verbose_name=_("account"),
    )
    replaces = models.ForeignKey(
        ContactPoint,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("in place of"),
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    value = SealedField(_("new value"))
    value_hash = models.CharField(max_length=64, editable=False)
    code_hash = models.CharField(max_length=64, editable=False)
    cancel_hash = models.CharField(max_length=64, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    asked_at = models.DateTimeField(_("asked at"))
    proven_at = models.DateTimeField(_("proven at"), null=True, blank=True)
    holds_until = models.DateTimeField(_("held until"), null=True, blank=True)
    applied_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_why = models.CharField(
        _("cancelled"), max_length=12, choices=Cancelled, blank=True, default=""
    )

    objects = ContactChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a contact")
        verbose_name_plural = _("changes of contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(account=None, applied_at=None, cancelled_at=None),
                name="change_one_open_per_login",
            ),
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=Q(account__isnull=False, applied_at=None, cancelled_at=None),
                name="change_one_open_per_account",
            ),
            models.UniqueConstraint(
                fields=["cancel_hash"],
                condition=~Q(cancel_hash=""),
                name="change_one_per_cancel_code",
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=MOST_TRIES), name="change_compared_five_times"
            ),
            models.CheckConstraint(
                condition=Q(proven_at=None, holds_until=None)
                | Q(holds_until=models.F("proven_at") + HOLD),
                name="change_held_a_day",
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None)
                | Q(cancelled_at=None, applied_at__gte=models.F("holds_until")),
                name="change_applied_after_the_hold",
            ),
        ]
        indexes = [
            models.Index(
                fields=["holds_until"],
                condition=Q(applied_at=None, cancelled_at=None, holds_until__isnull=False),
                name="change_to_apply",
            ),
            models.Index(fields=["value_hash", "asked_at"], name="change_by_value"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_at:%d/%m/%Y %H:%M}"

    @property
    def masked(self) -> str:
        """The new value: enough to recognise it, too little to use it."""
        return mask_contact(self.value, is_email=self.kind == self.Kind.EMAIL)

    @property
    def is_open(self) -> bool:
        return self.applied_at is None and self.cancelled_at is None

    @property
    def is_held(self) -> bool:
        """Proven, not yet in force, and still to be stopped."""
        return self.is_open and self.holds_until is not None
