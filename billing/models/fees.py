from collections.abc import Iterable
from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, User
from customers.models.accounts import seen
from portal.lib.periods import Window, start_of


class ServiceFeeQuerySet(models.QuerySet["ServiceFee"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Fees of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def of(self, accounts: Iterable[Account]) -> Self:
        """Fees of these accounts, of each those that were learned within its window."""
        return self.filter(seen(accounts, by="account", days=_within))

    def newest_first(self) -> Self:
        return self.order_by("-due_on", "-pk")

    def payable_on(self, day: date) -> Self:
        """Their last day of paying is not over; whether one was paid is not known here."""
        return self.filter(due_on__gte=day).order_by("due_on", "pk")


def _within(window: Window) -> Q:
    since = Q(learned_at__gte=start_of(window.starts_on)) if window.starts_on else Q()
    return since & Q(learned_at__lt=start_of(window.ends_before)) if window.ends_before else since


class ServiceFee(models.Model):
    """What one account owes for a service, beside its bills. Money is whole đồng.

    Never rewritten: another amount or day is another fee.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="fees", verbose_name=_("account")
    )
    reference = models.CharField(_("fee number"), max_length=40, unique=True)
    what = models.CharField(_("what for"), max_length=120)
    amount = models.BigIntegerField(_("amount"))
    due_on = models.DateField(_("pay by"))
    learned_at = models.DateTimeField(_("learned at"))

    objects = ServiceFeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("service fee")
        verbose_name_plural = _("service fees")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="fee_amount_positive"),
        ]
        indexes = [models.Index(fields=["due_on"], name="fee_by_day")]

    def __str__(self) -> str:
        return self.reference
