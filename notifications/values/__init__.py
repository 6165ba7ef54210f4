"""What the words of a notice are filled with: its facts, formatted once, a module for each family.

A kind that stands in ``VALUES`` has words, and so is sent.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from notifications.models import Kind, Notice

from . import (
    bills,
    campaigns,
    contact_checks,
    fees,
    outages,
    payments,
    reading_days,
    security,
    stops,
    thresholds,
    unusual,
)
from .common import common

RELATED = (
    "account",
    "bill",
    "payment",
    "campaign",
    "stop__bill",
    "announcement__outage",
    "fee",
    "reading_change",
    "contact_check__contact",
    "passing__link",
    "unusual",
    "event__by",
    "event__link__user",
    "event__arrangement",
)
"""The rows that have to be fetched with a notice, so that filling its words asks nothing more."""

VALUES: dict[Kind, Callable[[Notice], dict[str, Any]]] = {
    Kind.BILL_ISSUED: bills.bill,
    Kind.PAYMENT_RECEIVED: payments.received,
    Kind.PAYMENT_REMINDER: bills.bill,
    Kind.PAYMENT_OVERDUE: bills.overdue,
    Kind.DEBIT_FAILED: bills.debit_failed,
    Kind.PLANNED_OUTAGE: outages.planned,
    Kind.UNPLANNED_OUTAGE: outages.unplanned,
    Kind.DISCONNECTION: stops.disconnection,
    Kind.SERVICE_FEE: fees.service_fee,
    Kind.READING_SCHEDULE: reading_days.reading_schedule,
    Kind.USE_THRESHOLD: thresholds.passed,
    Kind.UNUSUAL_USE: unusual.unusual,
    Kind.SECURITY: security.changed,
    Kind.CONTACT_CHECK: contact_checks.still_yours,
    Kind.TEST_MESSAGE: common,
    Kind.SURVEY: campaigns.written,
    Kind.ADVICE: campaigns.written,
    Kind.ANNOUNCEMENT: campaigns.written,
}


def with_facts(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Notices with everything that their words are filled with. No further query."""
    return notices.select_related(*RELATED).annotate(bank_pays=bills.agreed_with_bank())


def of(notice: Notice) -> dict[str, Any]:
    """The values of ``notice``, in the language in force."""
    return VALUES[Kind(notice.kind)](notice)
