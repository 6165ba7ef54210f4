"""What notices about a bill say."""

from typing import Any

from notifications.models import Notice
from portal.lib.money import dong, grouped
from portal.lib.periods import month_name

from .common import common


def bill(notice: Notice) -> dict[str, Any]:
    """A bill: how much, for which days, until when."""
    owed = notice.bill
    if owed is None:
        raise ValueError("a notice of a bill without its bill")
    return common(notice) | {
        "month": month_name(owed.month),
        "total": dong(owed.total),
        "usage": grouped(owed.usage_kwh),
        "first_on": f"{owed.starts_on:%d/%m/%Y}",
        "last_on": f"{owed.last_on:%d/%m/%Y}",
        "due_on": f"{owed.due_on:%d/%m/%Y}",
        "is_zero": owed.total == 0,
    }
