"""Bills: the newest, what is due, and one with everything behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, Sum
from django.db.models.functions import Coalesce

from billing import rating
from billing.book import price_book
from billing.costs import Supply, rated, whole_kwh
from billing.models import Bill, BillCheck, Payment
from billing.models.bills import BillQuerySet
from billing.queries.earlier_bills import Correction, corrections_of, payments_at
from billing.queries.use import period_billed
from customers.models import Account

MONTHS_SHOWN = 24


def months(account: Account) -> list[Bill]:
    """The newest bills of an account, the newest first. One query."""
    bills = list(Bill.objects.of([account]).newest_first()[:MONTHS_SHOWN])
    for bill in bills:
        # It carries the window, and saves asking for it again.
        bill.account = account
    return bills


def last_bills(accounts: Iterable[Account]) -> dict[int, Bill]:
    """The newest bill of each account that has one, by the account's key. One query."""
    bills = Bill.objects.of(accounts)
    newest = bills.order_by("account", "-starts_on", "-pk").distinct("account")
    return {bill.account_id: bill for bill in newest}


def to_check(bills: BillQuerySet) -> BillQuerySet:
    """Of ``bills`` those that differ from our prices and that nobody has looked at as they are."""
    return bills.differing().exclude(Exists(BillCheck.objects.of_bill_as_it_is()))


@dataclass(frozen=True, slots=True)
class OpenBill:
    """A bill that is not settled, what came in for it so far in đồng, and who pays it."""

    bill: Bill
    paid: int
    by_bank: bool

    @property
    def left(self) -> int:
        """What is still owed, in đồng."""
        return self.bill.total - self.paid


def due_bills(accounts: Sequence[Account], *, on: date) -> list[OpenBill]:
    """What these accounts have to pay, the most urgent first. One query.

    At a place that was left on that day no bank pays: who arranged it may be the next tenant.
    """
    lived_in = {account.pk for account in accounts if on in account.window}
    unpaid = Bill.objects.of(accounts).unpaid().with_bank()
    paid = unpaid.annotate(paid=Coalesce(Sum("payments__amount"), 0))
    return [
        OpenBill(bill, bill.paid, bill.account_id in lived_in and bank_pays(bill))
        for bill in paid.order_by("due_on", "pk")
    ]


def bank_pays(bill: Bill) -> bool:
    """Whether a bank does, on the last day to pay; of a bill fetched ``with_bank()``."""
    pays: bool = bill.bank_pays  # type: ignore[attr-defined]
    return pays


@dataclass(frozen=True, slots=True)
class BillSheet:
    """One bill with everything behind it."""

    bill: Bill
    payments: Sequence[Payment]
    rating: rating.Rating | None
    """Our own calculation of its kWh; None where the kWh alone do not make the price."""
    corrections: Sequence[Correction]
    """What stood in its place before, the newest first."""
    index_kwh: int | None
    """Whole kWh by the indexes of the bill; None where meters were exchanged."""

    @property
    def paid(self) -> int:
        return sum(payment.amount for payment in self.payments)

    @property
    def differs_by(self) -> int:
        """What the bill asks above our calculation, in đồng; below it where negative."""
        return self.bill.total - self.rating.total if self.rating else 0


def bill_sheet(bill: Bill, *, as_of: datetime | None = None) -> BillSheet:
    """A bill, its payments, and its lines worked out anew by the prices of its days.

    :param as_of: as at that moment, of a bill as it stood then: without what came in later
    """
    account = bill.account
    supply = Supply(account.group, account.voltage, Decimal(bill.households))
    return BillSheet(
        bill=bill,
        payments=payments_at(bill, at=as_of) if as_of else list(bill.payments.newest_first()),
        corrections=[] if as_of else corrections_of(bill),
        rating=rated(supply, period_billed(bill), kwh=bill.usage_kwh, book=price_book()),
        index_kwh=_index_kwh(bill),
    )


def _index_kwh(bill: Bill) -> int | None:
    meters = [
        meter
        for meter in bill.account.meters.all()
        if meter.removed_on is None or meter.removed_on > bill.starts_on
    ]
    if len(meters) != 1:
        return None
    meter = meters[0]
    try:
        went = rating.advance(
            bill.index_from_wh,
            bill.index_to_wh,
            digits=meter.digits + 3,
            multiplier=meter.multiplier,
        )
    except rating.NotRunningForward:
        return None
    return whole_kwh(went.usage)
