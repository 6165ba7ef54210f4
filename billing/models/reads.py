from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Meter, User, seen
from portal.lib import said
from portal.lib.periods import DAY, Window


def _within(window: Window) -> Q:
    since = Q(day__gte=window.starts_on - DAY) if window.starts_on else Q()
    return since & Q(day__lt=window.ends_before) if window.ends_before else since


class ReadQuerySet(models.QuerySet[Any]):
    """Of reads as they stand, and of those that stood before."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Reads of the accounts that ``user`` may see."""
        return self.filter(meter__account__in=Account.objects.visible_to(user))

    def of(self, accounts: Iterable[Account]) -> Self:
        """Reads that the use of these accounts rests on, of each account within its window.

        The index on the eve of the first day is one of them: it tells nothing of the days before.
        """
        return self.filter(seen(accounts, by="meter__account", days=_within))

    def of_days(self, since: date, before: date) -> Self:
        """Reads about the days ``[since, before)``."""
        return self.filter(day__gte=since, day__lt=before)


class Read(models.Model):
    """What a meter showed at the end of one day. A missing day has no row, never a zero.

    Rows of months that are over are moved to ``ClosedMonth``; ask ``standing_reads`` for reads.
    """

    class Quality(models.TextChoices):
        MEASURED = "measured", _("Measured")
        ESTIMATED = "estimated", _("Estimated")
        CORRECTED = "corrected", _("Corrected")

    meter = models.ForeignKey(Meter, models.CASCADE, related_name="reads", verbose_name=_("meter"))
    day = models.DateField(_("day"))
    index_wh = models.BigIntegerField(
        _("index"), help_text=_("Register in thousandths of a kWh, before the multiplier.")
    )
    quality = models.CharField(
        _("quality"), max_length=9, choices=Quality, default=Quality.MEASURED
    )
    learned_at = models.DateTimeField(_("learned at"))

    objects = ReadQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily read")
        verbose_name_plural = _("daily reads")
        constraints = [
            models.UniqueConstraint(fields=["meter", "day"], name="read_once_per_day"),
            models.CheckConstraint(condition=Q(index_wh__gte=0), name="read_index_not_negative"),
        ]

    def __str__(self) -> str:
        return said.day(self.day)


class EarlierRead(models.Model):
    """A read as it stood until another index or quality replaced it. Written by the database.

    With it what was shown on any day can be shown again: see ``standing_reads``.
    """

    meter = models.ForeignKey(
        Meter, models.CASCADE, related_name="earlier_reads", verbose_name=_("meter")
    )
    day = models.DateField(_("day"))
    index_wh = models.BigIntegerField(_("index"))
    quality = models.CharField(_("quality"), max_length=9, choices=Read.Quality)
    learned_at = models.DateTimeField(_("learned at"))
    replaced_at = models.DateTimeField(_("replaced at"))

    objects = ReadQuerySet.as_manager()

    class Meta:
        verbose_name = _("read that was replaced")
        verbose_name_plural = _("reads that were replaced")
        indexes = [models.Index(fields=["meter", "day"], name="earlier_read_by_day")]

    def __str__(self) -> str:
        return said.day(self.day)
