"""What notices about a service fee say."""

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
