from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import User
from portal.lib import said
from portal.lib.periods import NotAMonth, is_day, month_name, parse_month

from .kinds import Kind


class RunQuerySet(models.QuerySet["Run"]):
    def waiting(self) -> Self:
        """More than usual, and not released by two people yet."""
        return self.filter(waits_since__isnull=False, released_at=None, stopped_at=None)

    def released_before(self, moment: datetime) -> Self:
        """Released before ``moment``, and not told yet."""
        return self.filter(waits_since__isnull=False, released_at__lte=moment, stopped_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-planned_at", "-pk")


class Run(models.Model):
    """One round of telling: a kind and what it is about, such as the bills of one month."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    subject = models.CharField(
        _("about"), max_length=40, help_text=_("2026-10 for the bills of October.")
    )
    planned_at = models.DateTimeField(_("planned at"))
    size = models.PositiveIntegerField(_("notices"), default=0)
    waits_since = models.DateTimeField(
        _("waits since"),
        null=True,
        help_text=_("It is far larger than usual: two people look before anything is sent."),
    )
    checked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)
    released_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released at"), null=True)
    released_for = models.PositiveIntegerField(_("notices released"), default=0)
    stopped_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("stopped by")
    )
    stopped_at = models.DateTimeField(_("stopped at"), null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        permissions = [
            ("check_run", "Can confirm the numbers of a run that is larger than usual"),
            ("release_run", "Can release a run that is larger than usual"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="run_once"),
            models.CheckConstraint(
                condition=Q(released_by=None)
                | Q(checked_by__isnull=False) & ~Q(released_by=F("checked_by")),
                name="run_released_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None, checked_at=None)
                | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="run_checked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None, released_at=None)
                | Q(released_by__isnull=False, released_at__isnull=False),
                name="run_released_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(stopped_by=None, stopped_at=None)
                | Q(stopped_by__isnull=False, stopped_at__isnull=False),
                name="run_stopped_by_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["waits_since"], condition=Q(waits_since__isnull=False), name="run_waiting"
            ),
            models.Index(
                fields=["stopped_at"], condition=Q(stopped_at__isnull=False), name="run_stopped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about}"

    @property
    def about(self) -> str:
        """What it is about, for people: a month or a day as they write it, else its code."""
        if is_day(self.subject):
            return said.day(date.fromisoformat(self.subject))
        try:
            return month_name(parse_month(self.subject).starts_on)
        except NotAMonth:
            return self.subject

    @property
    def is_waiting(self) -> bool:
        """Whether nothing of it goes before two people have looked, and the hold is over."""
        return self.waits_since is not None and self.stopped_at is None
