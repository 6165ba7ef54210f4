"""What the notice of use above a threshold says."""

from typing import Any

from notifications.models import Notice, ThresholdPassing
from portal.lib.money import dong
from portal.lib.quantities import WH_PER_KWH, kwh
from portal.lib.said import day

from .common import common

TENTH_WH = 100


def passed(notice: Notice) -> dict[str, Any]:
    """Above which threshold, by what was measured until when, in which period."""
    passing = notice.passing
    if passing is None:
        raise ValueError("a notice of use without its passing")
    return common(notice) | {
        "limit": passing.limit,
        "used": _used(passing),
        "used_until": day(passing.until),
        "period_from": day(passing.starts_on),
    }


def _used(passing: ThresholdPassing) -> str:
    """What was used; with what it costs where that is what was asked about."""
    if passing.used_dong is not None:
        return f"{kwh(passing.used_wh, decimals=1)}, {dong(passing.used_dong)}"
    # Less than a tenth above would read as if it were not above at all.
    is_plain = passing.kwh is None or passing.used_wh >= passing.kwh * WH_PER_KWH + TENTH_WH
    return kwh(passing.used_wh, decimals=1 if is_plain else 3)
