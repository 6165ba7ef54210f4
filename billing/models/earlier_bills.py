from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Account, User, seen

from .bills import Bill, within


class EarlierBillQuerySet(models.QuerySet["EarlierBill"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def of(self, accounts: Iterable[Account]) -> Self:
        """Of these accounts, of each those whose whole period lies within its window."""
        return self.filter(seen(accounts, by="account", days=within))

    def of_month(self, month: date) -> Self:
        """Of the billing month that begins on ``month``."""
        return self.filter(month=month)

    def standing_at(self, moment: datetime) -> Self:
        """What stood at ``moment`` and was replaced later."""
        return self.filter(learned_at__lte=moment, replaced_at__gt=moment)

    def newest_first(self) -> Self:
        return self.order_by("-replaced_at", "-pk")


class EarlierBill(models.Model):
    """A bill as it stood until other figures replaced it. Written by the database.

    It hangs on account and month, as bills do: so a bill that is undone is not held by it.
    """

    FIGURES = (
        "starts_on",
        "ends_before",
        "index_from_wh",
        "index_to_wh",
        "usage_kwh",
        "households",
        "net",
        "vat_percent",
        "vat",
        "total",
        "worked_out",
        "issued_on",
        "due_on",
        "learned_at",
    )

    account = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="earlier_bills",
        db_index=False,
        verbose_name=_("account"),
    )
    month = models.DateField(_("billing month"))
    starts_on = models.DateField(_("from"))
    ends_before = models.DateField(_("before"))
    index_from_wh = models.BigIntegerField(_("first index"))
    index_to_wh = models.BigIntegerField(_("last index"))
    usage_kwh = models.PositiveIntegerField(_("use in kWh"))
    households = models.DecimalField(_("households"), max_digits=6, decimal_places=2)
    net = models.BigIntegerField(_("before VAT"))
    vat_percent = models.DecimalField(_("VAT in percent"), max_digits=4, decimal_places=2)
    vat = models.BigIntegerField(_("VAT"))
    total = models.BigIntegerField(_("total"))
    worked_out = models.BigIntegerField(_("our own total"), null=True)
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("pay by"))
    learned_at = models.DateTimeField(_("learned at"))
    replaced_at = models.DateTimeField(_("replaced at"))

    objects = EarlierBillQuerySet.as_manager()

    class Meta:
        verbose_name = _("bill that was corrected")
        verbose_name_plural = _("bills that were corrected")
        indexes = [models.Index(fields=["account", "month"], name="earlier_bill_by_month")]

    def __str__(self) -> str:
        return str(self.as_bill())

    def as_bill(self) -> Bill:
        """The same figures as a bill that is not stored."""
        figures = {name: getattr(self, name) for name in self.FIGURES}
        return Bill(account_id=self.account_id, month=self.month, **figures)
