"""What notices about money that came in say."""

from typing import Any

from notifications.models import Notice
from portal.lib.money import dong
from portal.lib.periods import month_name
from portal.lib.said import day

from .common import common


def received(notice: Notice) -> dict[str, Any]:
    """How much came in, when, for which month."""
    payment = notice.payment
    if payment is None:
        raise ValueError("a notice of a payment without its payment")
    return common(notice) | {
        "amount": dong(payment.amount),
        "month": month_name(payment.month),
        "paid_on": day(payment.paid_at),
        "through": payment.collected_by,
    }
