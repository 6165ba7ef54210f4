from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import User
from portal.lib.history import Followed, Records

from .kinds import Channel, Kind
from .runs import Run


class HaltQuerySet(Followed):
    def open(self) -> Self:
        """Neither gone on nor cancelled yet."""
        return self.filter(ended_at=None)

    def to_close(self) -> Self:
        """Ended, with messages left to bring forward or to cancel."""
        return self.filter(ended_at__isnull=False, closed_at=None).order_by("ended_at", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-made_at", "-pk")


class Halt(models.Model):
    """What a supervisor stopped in one act: a channel, a kind, a run, or with none of them all.

    Nothing of it is sent until somebody lets it go on, or cancels what waits.
    """

    class Way(models.TextChoices):
        """How it ended."""

        GO_ON = "go_on", _("Went on")
        CANCEL = "cancel", _("What waited was cancelled")

    channel = models.CharField(_("channel"), max_length=8, choices=Channel, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, blank=True)
    run = models.ForeignKey(
        Run, models.PROTECT, related_name="halts", null=True, blank=True, verbose_name=_("run")
    )
    why = models.CharField(_("because"), max_length=200)
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("stopped by")
    )
    made_at = models.DateTimeField(_("stopped at"))
    waiting = models.PositiveIntegerField(_("messages that waited"), default=0)
    way = models.CharField(_("ended"), max_length=8, choices=Way, blank=True)
    nobody_rings = models.BooleanField(
        _("nobody rings"),
        default=False,
        help_text=_("What was cancelled was wrong in itself: not even what the law requires."),
    )
    ended_why = models.CharField(_("ended because"), max_length=200, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)
    closed_at = models.DateTimeField(
        _("done with at"), null=True, help_text=_("Everything that waited goes or is cancelled.")
    )
    cancelled = models.PositiveIntegerField(_("messages cancelled"), default=0)

    objects = HaltQuerySet.as_manager()
    # What the sweep counts afterwards is nobody's decision.
    history = Records(unnoted=["closed_at", "cancelled"])

    class Meta:
        verbose_name = _("stop of sending")
        verbose_name_plural = _("stops of sending")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="", run=None) | Q(channel="", run=None) | Q(channel="", kind=""),
                name="halt_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="halt_for_a_reason"),
            models.CheckConstraint(
                condition=Q(way="", ended_why="", ended_by=None, ended_at=None)
                | ~Q(way="") & ~Q(ended_why="") & Q(ended_by__isnull=False, ended_at__isnull=False),
                name="halt_ended_by_someone_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(ended_at__isnull=False),
                name="halt_closed_after_its_end",
            ),
            models.UniqueConstraint(
                fields=["channel", "kind", "run"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="halt_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=Q(closed_at=None), name="halt_not_closed"),
        ]

    def __str__(self) -> str:
        if self.run_id:
            return str(self.run)
        if self.kind:
            return str(Kind(self.kind).label)
        return str(Channel(self.channel).label) if self.channel else str(_("All notices"))

    def ended(self, way: Way, *, why: str, by: User, at: datetime) -> None:
        """Set down how it ended."""
        self.way, self.ended_why, self.ended_by, self.ended_at = way, why, by, at
