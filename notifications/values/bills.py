"""What notices about a bill say."""

from typing import Any

from notifications.models import Notice
from portal.lib.money import dong, grouped
from portal.lib.periods import month_name

from .common import common


def bill_issued(notice: Notice) -> dict[str, Any]:
    """A new bill: how much, for which days, until when."""
    bill = notice.bill
    if bill is None:
        raise ValueError("a notice of a bill without its bill")
    return common(notice) | {
        "month": month_name(bill.month),
        "total": dong(bill.total),
        "usage": grouped(bill.usage_kwh),
        "first_on": f"{bill.starts_on:%d/%m/%Y}",
        "last_on": f"{bill.last_on:%d/%m/%Y}",
        "due_on": f"{bill.due_on:%d/%m/%Y}",
        "is_zero": bill.total == 0,
    }
