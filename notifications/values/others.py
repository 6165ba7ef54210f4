"""What notices about a service fee and about the day of reading say."""

from typing import Any

from notifications.models import Notice
from portal.lib.money import dong

from .common import common


def service_fee(notice: Notice) -> dict[str, Any]:
    """A fee beside the bills: what for, how much, until when."""
    fee = notice.fee
    if fee is None:
        raise ValueError("a notice of a fee without its fee")
    return common(notice) | {
        "fee": fee.what,
        "reference": fee.reference,
        "total": dong(fee.amount),
        "due_on": f"{fee.due_on:%d/%m/%Y}",
    }


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
