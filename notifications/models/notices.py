from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Bill, Payment, ServiceFee, SupplyStop, UnusualUse
from customers.models import (
    Account,
    AccountEvent,
    ContactCheck,
    ReadingDayChange,
    User,
    seen,
)
from portal.lib import said
from portal.lib.periods import Window, start_of

from .campaigns import Campaign
from .kinds import WAYS, Kind
from .outages import Announcement
from .reasons import Reason
from .runs import Run
from .thresholds import ThresholdPassing


def _within(window: Window) -> Q:
    """By what a notice is about: a bill's whole period, an outage's start, else its own day."""
    bill, stop, outage, paid, unusual, planned = (
        Q(bill__isnull=False),
        Q(stop__isnull=False),
        Q(announcement__isnull=False),
        Q(payment__isnull=False),
        Q(unusual__isnull=False),
        Q(bill=None, stop=None, announcement=None, payment=None, unusual=None),
    )
    if window.starts_on:
        since = start_of(window.starts_on)
        bill &= Q(bill__starts_on__gte=window.starts_on)
        stop &= Q(stop__bill__starts_on__gte=window.starts_on)
        outage &= Q(announcement__starts_at__gte=since)
        paid &= Q(payment__month__gte=window.starts_on) & (
            Q(payment__bill=None) | Q(payment__bill__starts_on__gte=window.starts_on)
        )
        unusual &= Q(unusual__since__gte=window.starts_on)
        planned &= Q(planned_at__gte=since)
    if window.ends_before:
        until = start_of(window.ends_before)
        bill &= Q(bill__ends_before__lte=window.ends_before)
        stop &= Q(stop__bill__ends_before__lte=window.ends_before)
        outage &= Q(announcement__starts_at__lt=until)
        paid &= Q(payment__month__lt=window.ends_before) & (
            Q(payment__bill=None) | Q(payment__bill__ends_before__lte=window.ends_before)
        )
        unusual &= Q(unusual__last_on__lt=window.ends_before)
        planned &= Q(planned_at__lt=until)
    return bill | stop | outage | paid | unusual | planned


# Of the two notices about one stop of supply, the one that takes it back.
CALLS_OFF = Q(stop__isnull=False, subject__endswith="-off")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Notices of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def of(self, accounts: Iterable[Account]) -> Self:
        """Notices to these accounts, of each within its window."""
        return self.filter(seen(accounts, by="account", days=_within))

    def with_code(self, typed: str) -> "Notice | None":
        """The notice that carries this check code, however it was typed."""
        code = typed.upper().replace(" ", "").replace("-", "")
        return self.select_related("event__link", "event__arrangement").filter(code=code).first()

    def unread(self) -> Self:
        """Notices that nobody opened in the inbox yet."""
        return self.filter(read_at=None)

    def to_call(self, *, at: datetime) -> Self:
        """Notices that reached nobody, while telling still helps: somebody must ring."""
        return self.filter(reach=Notice.Reach.UNREACHABLE, expires_at__gt=at)

    def newest_first(self) -> Self:
        return self.order_by("-planned_at", "-pk")


# What a notice may tell of, one of them; none where it tells of the account itself.
FACTS = (
    "bill",
    "announcement",
    "payment",
    "stop",
    "fee",
    "reading_change",
    "event",
    "campaign",
    "passing",
    "contact_check",
    "unusual",
)


class Notice(models.Model):
    """One thing one account must be told, exactly once."""

    class Reach(models.TextChoices):
        """How far it got; a ladder that is only climbed, but for the call list."""

        TRYING = "trying", _("Being sent")
        UNREACHABLE = "unreachable", _("No channel worked")
        DELIVERED = "delivered", _("Reached the customer")
        SEEN = "seen", _("Seen")
        ENDED = "ended", _("No longer needed")

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="notices", db_index=False, verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    subject = models.CharField(_("about"), max_length=40)
    run = models.ForeignKey(
        Run, models.PROTECT, related_name="notices", db_index=False, verbose_name=_("run")
    )
    bill = models.ForeignKey(
        Bill,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("bill"),
    )
    announcement = models.ForeignKey(
        Announcement,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("announcement of an outage"),
    )
    payment = models.ForeignKey(
        Payment,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("payment"),
    )
    stop = models.ForeignKey(
        SupplyStop,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("stop of supply"),
    )
    fee = models.ForeignKey(
        ServiceFee,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("service fee"),
    )
    reading_change = models.ForeignKey(
        ReadingDayChange,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("change of the reading day"),
    )
    event = models.ForeignKey(
        AccountEvent,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("change of access"),
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("campaign"),
    )
    passing = models.ForeignKey(
        ThresholdPassing,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("passing of a threshold"),
    )
    contact_check = models.ForeignKey(
        ContactCheck,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("question about a contact"),
    )
    unusual = models.ForeignKey(
        UnusualUse,
        models.PROTECT,
        related_name="notices",
        null=True,
        db_index=False,
        blank=True,
        verbose_name=_("unusual use"),
    )
    code = models.CharField(
        _("check code"),
        max_length=12,
        help_text=_("Printed in the notice to check that it is ours."),
    )
    reach = models.CharField(_("reach"), max_length=12, choices=Reach, default=Reach.TRYING)
    reached_by = models.CharField(
        _("reached by"),
        max_length=8,
        choices=WAYS,
        blank=True,
    )
    reason = models.CharField(_("because"), max_length=20, choices=Reason, blank=True)
    planned_at = models.DateTimeField(_("planned at"))
    expires_at = models.DateTimeField(_("useful until"))
    read_at = models.DateTimeField(_("opened in the inbox at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["kind", "account", "subject"], name="notice_once"),
            models.UniqueConstraint(fields=["code"], name="notice_by_code"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("planned_at")), name="notice_useful_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(reach__in=("delivered", "seen")) ^ Q(reached_by=""),
                name="notice_reached_by_a_channel",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "reach"], name="notice_by_run"),
            models.Index(fields=["account", "-planned_at"], name="notice_by_account"),
            models.Index(
                fields=["expires_at"], condition=Q(reach="trying"), name="notice_to_expire"
            ),
            models.Index(
                fields=["bill"], condition=Q(reach="unreachable"), name="notice_on_call_list"
            ),
            models.Index(
                fields=["expires_at"], condition=Q(reach="unreachable"), name="notice_to_call"
            ),
            # For counting a day's: they were written one after the other.
            BrinIndex(fields=["planned_at", "expires_at"], name="notice_by_time"),
            # Millions are written in a run, and each has one fact: an index holds its own alone.
            *(
                models.Index(
                    fields=[fact], condition=Q((f"{fact}__isnull", False)), name=f"notice_of_{fact}"
                )
                for fact in FACTS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {said.day(self.planned_at)}"

    @property
    def calls_off(self) -> bool:
        """Whether it says that a stop of supply does not take place."""
        return self.stop_id is not None and self.subject.endswith("-off")
