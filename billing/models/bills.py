from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Arrangement, User, seen
from portal.lib.periods import Window, month_name


def within(window: Window) -> Q:
    """Rows whose whole period may be seen."""
    since = Q(starts_on__gte=window.starts_on) if window.starts_on else Q()
    return since & Q(ends_before__lte=window.ends_before) if window.ends_before else since


class BillQuerySet(models.QuerySet["Bill"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Bills of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def of(self, accounts: Iterable[Account]) -> Self:
        """Bills of these accounts, of each those whose whole period lies within its window.

        A bill that straddles a move shows days of two people, and so to neither.
        """
        return self.filter(seen(accounts, by="account", days=within))

    def unpaid(self) -> Self:
        """Bills with no full payment recorded yet."""
        return self.filter(paid_at=None, total__gt=0)

    def differing(self) -> Self:
        """Bills that are not what our own prices give for their kWh."""
        return self.filter(worked_out__isnull=False).exclude(worked_out=F("total"))

    def of_month(self, month: date) -> Self:
        """Bills of the billing month that begins on ``month``."""
        return self.filter(month=month)

    def before_month(self, month: date) -> Self:
        """Bills of the billing months before the one that begins on ``month``."""
        return self.filter(month__lt=month)

    def with_bank(self) -> Self:
        """With ``bank_pays``: whether a bank pays by itself on the last day to pay."""
        paying = Arrangement.objects.paying_on(OuterRef("due_on"))
        agreed = Exists(paying.filter(account=OuterRef("account")))
        return self.annotate(bank_pays=agreed & Q(debit_failed_on=None))

    def newest_first(self) -> Self:
        return self.order_by("-starts_on", "-pk")


class Bill(models.Model):
    """What one account owes for one billing period. Money is whole đồng."""

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="bills", verbose_name=_("account")
    )
    month = models.DateField(
        _("billing month"), help_text=_("First day of the month it is named after.")
    )
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
    worked_out = models.BigIntegerField(
        _("our own total"),
        null=True,
        editable=False,
        help_text=_("What our prices give for these kWh; empty where the kWh alone do not tell."),
    )
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("pay by"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    debit_failed_on = models.DateField(
        _("debit failed on"),
        null=True,
        editable=False,
        help_text=_("Of the last try, where the bank refused: then no bank pays this bill."),
    )
    learned_at = models.DateTimeField(_("learned at"))

    objects = BillQuerySet.as_manager()

    class Meta:
        verbose_name = _("bill")
        verbose_name_plural = _("bills")
        constraints = [
            models.UniqueConstraint(fields=["account", "starts_on"], name="bill_once_per_period"),
            models.UniqueConstraint(fields=["account", "month"], name="bill_once_per_month"),
            models.CheckConstraint(
                condition=Q(total=F("net") + F("vat")), name="bill_total_adds_up"
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="bill_total_not_negative"),
            models.CheckConstraint(
                condition=Q(ends_before__gt=F("starts_on")), name="bill_period_has_days"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("issued_on")), name="bill_due_after_issue"
            ),
        ]
        indexes = [
            models.Index(fields=["month", "account"], name="bill_by_month"),
            models.Index(
                fields=["due_on", "month"],
                condition=Q(paid_at=None, total__gt=0),
                name="bill_unpaid_by_due",
            ),
            models.Index(
                fields=["month"],
                condition=Q(worked_out__isnull=False) & ~Q(worked_out=F("total")),
                name="bill_differs_from_ours",
            ),
            # Written in the order in which they are learned of: a few pages say which came lately.
            BrinIndex(fields=["learned_at"], autosummarize=True, name="bill_by_learning"),
        ]

    def __str__(self) -> str:
        return _("Bill of %(month)s") % {"month": month_name(self.month)}

    @property
    def last_on(self) -> date:
        """The inclusive last day of the period, for people."""
        return self.ends_before - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.ends_before - self.starts_on).days

    @property
    def is_paid(self) -> bool:
        return self.paid_at is not None or self.total == 0

    @property
    def differs(self) -> bool:
        """Whether it is not what our own prices give for its kWh."""
        return self.worked_out not in (None, self.total)

    def is_overdue_on(self, day: date) -> bool:
        return not self.is_paid and self.due_on < day
