"""What the notice of unusual use says."""

from typing import Any

from notifications.models import Notice
from portal.lib.quantities import kwh
from portal.lib.said import day

from .common import common


def unusual(notice: Notice) -> dict[str, Any]:
    """Which days, how much on each, and against what."""
    found = notice.unusual
    if found is None:
        raise ValueError("a notice of unusual use without its find")
    return common(notice) | {
        "use_from": day(found.first_on),
        "used_until": day(found.last_on),
        "used": kwh(found.wh, decimals=1),
        "usual": kwh(found.usual_wh, decimals=1),
    }
