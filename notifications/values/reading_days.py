"""What notices about another day of reading say."""

from typing import Any

from notifications.models import Notice

from .common import common


def reading_schedule(notice: Notice) -> dict[str, Any]:
    """The meter is read on another day from now on."""
    change = notice.reading_change
    if change is None:
        raise ValueError("a notice of a reading day without its change")
    return common(notice) | {
        "read_on": f"{change.read_on:%d/%m/%Y}",
        "day": change.after,
        "is_month_end": change.after == 31,
    }
