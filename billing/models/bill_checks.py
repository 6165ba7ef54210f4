from typing import Self

from django.db import models
from django.db.models import OuterRef, Q
from django.utils.translation import gettext_lazy as _

from customers.models import User

from .bills import Bill


class BillCheckQuerySet(models.QuerySet["BillCheck"]):
    def of_bill_as_it_is(self) -> Self:
        """Checks of the bill around this query, of the figures that both calculations give now."""
        return self.filter(
            bill=OuterRef("pk"),
            bill_learned_at=OuterRef("learned_at"),
            worked_out=OuterRef("worked_out"),
        )

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class BillCheck(models.Model):
    """That somebody looked at a bill that is not what our prices give. Written once.

    It is about the bill as it was then: another total of the bill, or of ours, asks anew.
    """

    class Outcome(models.TextChoices):
        OURS = "ours", _("our calculation is wrong")
        BILLED = "billed", _("the billing system is wrong")
        KNOWN = "known", _("a known exception")

    NOTE_LENGTH = 300

    written_once = True

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="checks", verbose_name=_("bill"))
    bill_learned_at = models.DateTimeField(_("bill learned at"))
    total = models.BigIntegerField(_("total of the bill"))
    worked_out = models.BigIntegerField(_("our own total"))
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome)
    note = models.CharField(_("note"), max_length=NOTE_LENGTH)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("looked at by"))
    at = models.DateTimeField(_("looked at on"))

    objects = BillCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a bill")
        verbose_name_plural = _("checks of bills")
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="bill_check_has_a_note"),
            models.CheckConstraint(
                condition=~Q(total=models.F("worked_out")), name="bill_check_of_a_difference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill} · {self.get_outcome_display()}"

    @property
    def is_of_now(self) -> bool:
        """Whether both totals are still those that were looked at."""
        now = (self.bill.learned_at, self.bill.worked_out)
        return (self.bill_learned_at, self.worked_out) == now
