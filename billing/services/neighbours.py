"""What homes of one ward use, of those that agreed: once for each month, and never again."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from billing.models import FEWEST_OTHERS, WHOLE_MONTH_DAYS, Neighbourhood
from portal.lib import sql
from portal.lib.periods import Period, start_of

RIPE_ON = 15
"""Day of the month after on which its bills have come; then it is worked out, for good."""


def sum_up(*, at: datetime) -> int:
    """Work out the newest month that is ripe, where that was not done; how many wards."""
    month = ripe(on=timezone.localdate(at))
    if Neighbourhood.objects.filter(month=month.starts_on).exists():
        return 0
    with transaction.atomic():
        known = {
            "at": at,
            "month": month.starts_on,
            "agreed_before": start_of(month.ends_before),
            "least": FEWEST_OTHERS + 1,
            "fewest_days": WHOLE_MONTH_DAYS[0],
            "most_days": WHOLE_MONTH_DAYS[1],
        }
        return len(sql.run("billing", "sum_neighbourhoods", known))


def ripe(*, on: date) -> Period:
    """The newest month whose bills have come."""
    last = Period.of_month(on).previous_month()
    return last if on.day >= RIPE_ON else last.previous_month()
