from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, User
from portal.lib.history import Followed, Records

from .bills import Bill


class SupplyStopQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Stops at the accounts that ``user`` may see."""
        return self.filter(bill__account__in=Account.objects.visible_to(user))

    def planned(self) -> Self:
        """Not called off; the time may have passed."""
        return self.filter(state=SupplyStop.State.PLANNED)

    def not_before(self, moment: datetime) -> Self:
        """To be cut at ``moment`` or later."""
        return self.filter(cut_at__gte=moment)

    def soonest_first(self) -> Self:
        return self.order_by("cut_at", "pk")


class SupplyStop(models.Model):
    """The supply of one account is to be cut at a time, for one bill that stays unpaid.

    Whether its customer may be told, and so whether anybody may cut, is not a state of it: the
    guard of notices judges that anew each time (docs/notices/kinds.md).
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CALLED_OFF = "called_off", _("Called off")

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="stops", verbose_name=_("bill"))
    cut_at = models.DateTimeField(_("to be cut at"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    called_off_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("called off by")
    )
    called_off_at = models.DateTimeField(_("called off at"), null=True)
    called_off_why = models.CharField(_("why it was called off"), max_length=200, blank=True)
    overridden_for = ArrayField(
        models.CharField(max_length=16),
        default=list,
        blank=True,
        verbose_name=_("allowed although"),
    )
    overridden_protections = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        verbose_name=_("arrangements and needs allowed although"),
        help_text=_("Each in the state it was in; one that came later holds the stop again."),
    )
    overridden_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("allowed by")
    )
    overridden_at = models.DateTimeField(_("allowed at"), null=True)
    overridden_why = models.CharField(_("why it was allowed"), max_length=200, blank=True)

    objects = SupplyStopQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("stop of supply")
        verbose_name_plural = _("stops of supply")
        permissions = [("override_supplystop", "Can let a stop through that the guard holds")]
        constraints = [
            models.UniqueConstraint(
                fields=["bill"], condition=Q(state="planned"), name="supply_stop_once_a_bill"
            ),
            models.CheckConstraint(
                condition=Q(cut_at__gt=F("asked_at")), name="supply_stop_lies_ahead"
            ),
            models.CheckConstraint(
                condition=Q(state="planned", called_off_by=None, called_off_at=None)
                | Q(state="called_off", called_off_by__isnull=False, called_off_at__isnull=False)
                & ~Q(called_off_why=""),
                name="supply_stop_called_off_with_a_reason",
            ),
            # Bills unpaid, hours ahead and days of the law are nobody's to waive.
            models.CheckConstraint(
                condition=Q(
                    overridden_for__contained_by=[
                        "notices",
                        "stale_payments",
                        "arrangement",
                        "need",
                    ]
                ),
                name="supply_stop_law_is_not_waived",
            ),
            models.CheckConstraint(
                condition=Q(overridden_by=None, overridden_at=None, overridden_for=[])
                | Q(overridden_by__isnull=False, overridden_at__isnull=False)
                & ~Q(overridden_why="")
                & ~Q(overridden_by=F("asked_by")),
                name="supply_stop_allowed_by_a_second_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["cut_at"], condition=Q(state="planned"), name="supply_stop_planned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} · {self.cut_at:%d/%m/%Y}"
