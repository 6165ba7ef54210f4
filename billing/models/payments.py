from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, OperatingUnit, User

from .bills import Bill


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Payments of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def newest_first(self) -> Self:
        return self.order_by("-paid_at", "-pk")


class Payment(models.Model):
    """Money that came in for one account and billing month. Whole đồng."""

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="payments", verbose_name=_("account")
    )
    bill = models.ForeignKey(
        Bill,
        models.PROTECT,
        related_name="payments",
        verbose_name=_("bill"),
        null=True,
        blank=True,
        help_text=_("Empty while the bill of that month is not loaded."),
    )
    month = models.DateField(_("billing month"))
    amount = models.BigIntegerField(_("amount"))
    paid_at = models.DateTimeField(_("paid at"))
    collected_by = models.CharField(_("paid through"), max_length=40)
    reference = models.CharField(_("transaction number"), max_length=40, unique=True)
    learned_at = models.DateTimeField(_("learned at"))

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_money_in")
        ]
        indexes = [
            models.Index(fields=["account", "month"], name="payment_by_month"),
            models.Index(fields=["learned_at"], name="payment_by_learning"),
        ]

    def __str__(self) -> str:
        return self.reference


class PaymentFeed(models.Model):
    """Until when we know who of one company has paid: not when a file was loaded, but up to what
    time it brought enough payments (sql/note_payment_feeds.sql says how many).
    """

    unit = models.OneToOneField(
        OperatingUnit,
        models.PROTECT,
        primary_key=True,
        related_name="payment_feed",
        verbose_name=_("company"),
    )
    known_until = models.DateTimeField(_("known until"))

    class Meta:
        verbose_name = _("state of the payments of a company")
        verbose_name_plural = _("states of the payments of companies")

    def __str__(self) -> str:
        return str(self.unit)
