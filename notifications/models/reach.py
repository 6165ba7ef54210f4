from datetime import timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit, User
from portal.lib.periods import start_of


class ReachDay(models.Model):
    """One day whose facts of reach were counted; a day without a row was not, and is a gap."""

    LATE = timedelta(hours=12)
    """Counted later than so long after its end, it shows another day's state."""

    day = models.DateField(_("day"), primary_key=True)
    counted_at = models.DateTimeField(_("counted at"))
    notices_from = models.DateTimeField(
        _("notices from"),
        help_text=_("Each notice is counted once: from where the counted day before ended."),
    )
    notices_until = models.DateTimeField(_("notices until"))

    class Meta:
        verbose_name = _("counted day of reach")
        verbose_name_plural = _("counted days of reach")
        constraints = [
            models.CheckConstraint(
                condition=Q(notices_until__gte=F("notices_from")), name="reach_day_goes_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"

    @property
    def is_late(self) -> bool:
        """Whether its counts are of a later state than that of its end."""
        return self.counted_at > start_of(self.day) + timedelta(days=1) + self.LATE


class ReachCountQuerySet(models.QuerySet["ReachCount"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Counts of the company that ``user`` works for; of all, where they see every one."""
        if not isinstance(user, User) or not (user.is_active and user.is_staff):
            return self.none()
        if user.unit_id is None and user.has_perm("customers.see_every_company"):
            return self.all()
        return self.filter(unit=user.unit_id)


class ReachCount(models.Model):
    """How many accounts of one company, ward and age group could be reached on one day, and how.

    Numbers alone: it names nobody. Written once a day, by one statement, and never changed.
    """

    day = models.ForeignKey(
        ReachDay, models.CASCADE, related_name="counts", verbose_name=_("day"), db_index=False
    )
    unit = models.ForeignKey(
        OperatingUnit, models.CASCADE, related_name="+", verbose_name=_("company")
    )
    ward = models.CharField(_("ward or commune"), max_length=80)
    age = models.CharField(_("age group"), max_length=8)
    accounts = models.PositiveIntegerField(_("accounts"))
    reachable = models.PositiveIntegerField(_("with a proven channel"))
    inbox = models.PositiveIntegerField(_("proven by the app or website"))
    push = models.PositiveIntegerField(_("proven by push"))
    zalo = models.PositiveIntegerField(_("proven by Zalo"))
    email = models.PositiveIntegerField(_("proven by e-mail"))
    sms = models.PositiveIntegerField(_("proven by SMS"))
    untold = models.PositiveIntegerField(_("without any channel"))
    sms_agreed = models.PositiveIntegerField(_("with SMS by agreement"))
    auto_debit = models.PositiveIntegerField(_("with auto-debit"))
    relative = models.PositiveIntegerField(_("with a relative who is told too"))
    notices = models.PositiveIntegerField(
        _("notices"), help_text=_("Planned three days before; each is counted on one day.")
    )
    in_time = models.PositiveIntegerField(_("notices that arrived in time"))

    objects = ReachCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of reach")
        verbose_name_plural = _("counts of reach")
        constraints = [
            models.UniqueConstraint(fields=["day", "unit", "ward", "age"], name="reach_count_once"),
            models.CheckConstraint(
                condition=Q(reachable__lte=F("accounts")), name="reach_count_within_accounts"
            ),
            models.CheckConstraint(
                condition=Q(in_time__lte=F("notices")), name="reach_count_within_notices"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day_id:%d/%m/%Y} · {self.ward} · {self.age}"
