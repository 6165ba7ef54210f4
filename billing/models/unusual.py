from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, User, seen
from portal.lib import said
from portal.lib.periods import Window

SHOWN_FOR = timedelta(days=30)


def _within(window: Window) -> Q:
    """What it was held against is told with it, so that has to be seen, too."""
    since = Q(since__gte=window.starts_on) if window.starts_on else Q()
    return since & Q(last_on__lt=window.ends_before) if window.ends_before else since


class UnusualUseQuerySet(models.QuerySet["UnusualUse"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def of(self, accounts: Iterable[Account]) -> Self:
        """Of these accounts, of each within its window."""
        return self.filter(seen(accounts, by="account", days=_within))

    def lately(self, *, on: date) -> Self:
        """Days that ended within the last 30."""
        return self.filter(last_on__gt=on - SHOWN_FOR, last_on__lte=on)

    def newest_first(self) -> Self:
        return self.order_by("-last_on", "-pk")


class UnusualUse(models.Model):
    """Days on which an account used far more than usually; written once, as they were found.

    Wh a day; the usual is already raised by what all houses of the company used more then.
    """

    class Rule(models.TextChoices):
        JUMP = "jump", _("suddenly much more")
        RISE = "rise", _("a little more each day")

    account = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="unusual_use",
        db_index=False,
        verbose_name=_("account"),
    )
    rule = models.CharField(_("what"), max_length=4, choices=Rule)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    since = models.DateField(_("held against the days since"))
    wh = models.BigIntegerField(_("Wh a day"))
    usual_wh = models.BigIntegerField(_("usual Wh a day"))
    shift = models.PositiveSmallIntegerField(_("use of all houses, in per cent of their usual"))
    found_at = models.DateTimeField(_("found at"))

    objects = UnusualUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("unusual use")
        verbose_name_plural = _("unusual use")
        constraints = [
            models.UniqueConstraint(fields=["account", "last_on"], name="unusual_use_once_a_day"),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on"), since__lt=F("first_on")),
                name="unusual_use_after_the_usual",
            ),
            models.CheckConstraint(condition=Q(wh__gt=F("usual_wh")), name="unusual_use_is_more"),
        ]
        indexes = [models.Index(fields=["found_at"], name="unusual_use_found")]

    def __str__(self) -> str:
        return said.day(self.last_on)
