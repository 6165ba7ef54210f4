from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .users import User


class LookAlarmQuerySet(models.QuerySet["LookAlarm"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """About staff whom ``user`` works with: of the own company, or of all."""
        if not isinstance(user, User) or not user.is_staff:
            return self.none()
        return self.all() if user.unit_id is None else self.filter(user__unit=user.unit_id)

    def unread(self) -> Self:
        """Those that no supervisor has looked into yet."""
        return self.filter(read_at=None)


class LookAlarm(models.Model):
    """One member of staff looked at more within an hour than their work explains."""

    class Kind(models.TextChoices):
        ACCOUNTS = "accounts", _("many accounts opened")
        REVEALS = "reveals", _("many contacts shown in full")

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who"))
    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    count = models.PositiveIntegerField(_("how many in one hour"))
    raised_at = models.DateTimeField(_("raised at"))
    read_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("looked into by")
    )
    read_at = models.DateTimeField(_("looked into at"), null=True)

    objects = LookAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm of many looks")
        verbose_name_plural = _("alarms of many looks")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(read_at=None),
                name="look_alarm_one_unread_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None, read_by=None)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="look_alarm_read_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(read_by=None) | ~Q(read_by=models.F("user")),
                name="look_alarm_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_kind_display()}"
