"""Reads of months that are over: a row a meter and month, and all reads as one table to read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Meter
from portal.lib import said

from .reads import Read, ReadQuerySet


class UsualMoments(models.Model):
    """When the reads of each day of a month were learned, of most meters closed together.

    Meters of one chunk of a file were learned in the same moment: it stands here once.
    """

    id = models.AutoField(primary_key=True)
    month = models.DateField()
    moments = ArrayField(models.DateTimeField(null=True))

    class Meta:
        indexes = [models.Index(fields=["month"], name="usual_moments_by_month")]

    def __str__(self) -> str:
        return said.day(self.month)


class ClosedMonth(models.Model):
    """The reads of one meter in one month; place 1 of each array is the first day.

    Written and read by the database alone: ``billing/sql/close_months.sql``, ``billing_reads``.
    Neither a key of its own nor indexes on what it points to: they would be a fifth of its bytes.
    """

    pk = models.CompositePrimaryKey("meter_id", "month")
    meter = models.ForeignKey(Meter, models.CASCADE, related_name="closed_months", db_index=False)
    base_wh = models.BigIntegerField()
    """The lowest index of the month."""
    month = models.DateField()
    usual = models.ForeignKey(UsualMoments, models.PROTECT, related_name="+", db_index=False)
    over_wh = ArrayField(models.IntegerField(null=True))
    """How far the index of each day is above the lowest; nothing for a day without a read."""
    qualities = models.CharField(max_length=31, null=True)
    """A letter a day: measured, estimated, corrected; nothing where all were measured."""
    own_learned = ArrayField(models.DateTimeField(null=True), null=True)
    """When a day was learned, where that was another moment than the usual one."""

    def __str__(self) -> str:
        return said.day(self.month)


class StandingRead(models.Model):
    """A read as it stands now, wherever it is stored: a view over ``billing_reads``.

    For whatever takes all reads of an account along; the pages ask for days, see ``reads_of``.
    """

    pk = models.CompositePrimaryKey("meter_id", "day")
    account = models.ForeignKey(Account, models.DO_NOTHING, related_name="+")
    meter = models.ForeignKey(Meter, models.DO_NOTHING, related_name="+", verbose_name=_("meter"))
    day = models.DateField(_("day"))
    index_wh = models.BigIntegerField(_("index"))
    quality = models.CharField(_("quality"), max_length=9, choices=Read.Quality)
    learned_at = models.DateTimeField(_("learned at"))

    objects = ReadQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "billing_standingread"

    def __str__(self) -> str:
        return said.day(self.day)
