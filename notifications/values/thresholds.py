"""What the notice of use above a threshold says."""

from typing import Any

from notifications.models import Notice
from portal.lib.quantities import WH_PER_KWH, kwh
from portal.lib.said import day

from .common import common

TENTH_WH = 100


def passed(notice: Notice) -> dict[str, Any]:
    """Above which threshold, by what was measured until when, in which period."""
    passing = notice.passing
    if passing is None:
        raise ValueError("a notice of use without its passing")
    # Less than a tenth above would read as if it were not above at all.
    is_plain = passing.used_wh >= passing.kwh * WH_PER_KWH + TENTH_WH
    return common(notice) | {
        "limit": str(passing),
        "used": kwh(passing.used_wh, decimals=1 if is_plain else 3),
        "used_until": day(passing.until),
        "period_from": day(passing.starts_on),
    }
