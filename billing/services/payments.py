"""Payments as the collecting banks and counters report them."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.models import PaymentFeed
from billing.services import debits
from customers.services import reasons
from portal.lib import sql
from portal.lib.columns import Remark, Row
from portal.lib.loading import Outcome, refusals, stage

STAGED = {
    "row_number": "int",
    "number": "text",
    "month": "date",
    "amount": "bigint",
    "paid_at": "timestamptz",
    "collected_by": "text",
    "reference": "text",
}
REASONS = {
    "unknown_account": reasons.UNKNOWN_ACCOUNT,
    "reference_reused": _("This transaction number is known with another amount, time or account."),
}
BEYOND = _("The bill of this month is paid in full already; this is money on top.")
WITHOUT_BILL = _("The bill of this month is not loaded yet; the payment waits for it.")


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime) -> Outcome:
    """Record money that came in; what is recorded is never rewritten."""
    sql.take_turns(debits.MONEY)
    stage("staged_payment", STAGED, rows)
    refused = refusals(sql.run("billing", "refuse_staged_payments"), REASONS)
    remarks = tuple(_remarks())
    created = len(sql.run("billing", "insert_payments", {"at": at}))
    sql.analyze_outgrown("billing_payment", by=created)
    sql.run("billing", "note_payment_feeds", {"at": at})
    settle(staged="staged_payment")
    debits.settle_work(at=at)
    return Outcome.of(rows=rows, created=created, written=created, refused=refused, remarks=remarks)


def _remarks() -> Iterator[Remark]:
    for row, _number in sql.run("billing", "note_payments_without_bill"):
        yield Remark(row=row, column="month", why=str(WITHOUT_BILL))
    for (row,) in sql.run("billing", "note_payments_beyond_bill"):
        yield Remark(row=row, column="amount", why=str(BEYOND))


@transaction.atomic
def settle(*, staged: str) -> None:
    """Match payments to their bills and mark bills that are covered as paid.

    :param staged: the table of staged rows whose accounts and months are looked at, and no others
    """
    parts = {"staged": staged}
    sql.run("billing", "match_payments", parts=parts)
    sql.run("billing", "settle_bills", parts=parts)


def forget_feeds(*, at: datetime) -> None:
    """Payments were taken back: nobody is reminded until a next file says who has paid."""
    PaymentFeed.objects.filter(known_until__lte=at).delete()
