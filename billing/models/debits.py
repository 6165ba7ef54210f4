from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, User

from .bills import Bill


class DebitQuerySet(models.QuerySet["Debit"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Results of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))


class Debit(models.Model):
    """What a bank says of one try to debit one bill. Written once; money in is a payment."""

    class Result(models.TextChoices):
        DEBITED = "debited", _("Debited")
        FUNDS = "funds", _("Not enough money")
        LIMIT = "limit", _("Above the limit")
        SYSTEM = "system", _("Fault at the bank")
        BLOCKED = "blocked", _("Account blocked")
        WRONG = "wrong", _("Wrong account number")
        CLOSED = "closed", _("Account closed")
        REVOKED = "revoked", _("Authorisation taken back")
        EXPIRED = "expired", _("Authorisation run out")

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="debits", verbose_name=_("account")
    )
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="debits", verbose_name=_("bill"))
    amount = models.BigIntegerField(_("amount"))
    result = models.CharField(_("result"), max_length=8, choices=Result)
    debited_on = models.DateField(_("debited on"), help_text=_("The day of the try."))
    learned_at = models.DateTimeField(_("learned at"))

    objects = DebitQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of a debit")
        verbose_name_plural = _("results of debits")
        constraints = [
            models.UniqueConstraint(fields=["bill", "debited_on"], name="debit_once_a_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="debit_of_money"),
        ]
        indexes = [models.Index(fields=["learned_at"], name="debit_by_learning")]

    def __str__(self) -> str:
        return f"{self.get_result_display()} · {self.debited_on:%d/%m/%Y}"
