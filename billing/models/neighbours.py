from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit

FEWEST_OTHERS = 20
WHOLE_MONTH_DAYS = (25, 35)
"""Who was there for some days of a month would look thrifty: only such bills are compared."""
"""Of so many other homes at least; the comparison is of one more, as it holds one's own."""


class Neighbourhood(models.Model):
    """What half of the homes of one ward used in a month; written once, of those that had agreed.

    kWh a household, rounded to tens. How many homes they are is kept to the ten below.
    """

    unit = models.ForeignKey(
        OperatingUnit, models.PROTECT, related_name="+", verbose_name=_("company")
    )
    ward_key = models.CharField(_("ward as compared"), max_length=100)
    month = models.DateField(_("billing month"))
    homes = models.PositiveIntegerField(_("homes, rounded down to tens"))
    low_kwh = models.PositiveIntegerField(_("a quarter used less"))
    middle_kwh = models.PositiveIntegerField(_("half used less"))
    high_kwh = models.PositiveIntegerField(_("a quarter used more"))
    made_at = models.DateTimeField(_("worked out at"))

    class Meta:
        verbose_name = _("use of a neighbourhood")
        verbose_name_plural = _("use of neighbourhoods")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "ward_key", "month"], name="neighbourhood_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(homes__gte=FEWEST_OTHERS), name="neighbourhood_of_many"
            ),
            models.CheckConstraint(
                condition=Q(low_kwh__lte=F("middle_kwh"), middle_kwh__lte=F("high_kwh")),
                name="neighbourhood_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_key} · {self.month:%m/%Y}"
