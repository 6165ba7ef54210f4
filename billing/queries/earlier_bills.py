"""Bills as they stood on an earlier day, before other figures were loaded, and what was paid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from billing.models import Bill, EarlierBill, Payment
from customers.models import Account


@dataclass(frozen=True, slots=True)
class Correction:
    """A bill as it stood, and what replaced it then."""

    before: EarlierBill
    after: EarlierBill | Bill


def corrections_of(bill: Bill) -> list[Correction]:
    """What stood in a bill's place before, the newest first, as far as it may be seen."""
    earlier = EarlierBill.objects.of([bill.account]).of_month(bill.month).newest_first()
    found: list[Correction] = []
    after: EarlierBill | Bill = bill
    for before in earlier:
        found.append(Correction(before, after))
        after = before
    return found


def months_at(account: Account, bills: Iterable[Bill], *, at: datetime) -> list[Bill]:
    """The bills of an account as they stood at a moment, the newest first. One query.

    :param bills: those that stand now
    """
    stood = {old.month: old for old in EarlierBill.objects.of([account]).standing_at(at)}
    known = {bill.month: bill for bill in bills if bill.learned_at <= at}
    known |= {month: old.as_bill() for month, old in stood.items()}
    for bill in known.values():
        # It carries the window.
        bill.account = account
    return sorted(known.values(), key=lambda bill: bill.starts_on, reverse=True)


def bill_at(account: Account, month: date, *, at: datetime) -> Bill | None:
    """The bill of a month as it stood at a moment, paid by what had come in by then. Three queries.

    None where nothing of it was known that may be seen.
    """
    now = Bill.objects.of([account]).of_month(month).first()
    old = EarlierBill.objects.of([account]).of_month(month).standing_at(at).first()
    if old is not None:
        found = old.as_bill()
    elif now is not None and now.learned_at <= at:
        found = now
    else:
        return None
    found.account = account
    found.paid_at = _paid_at(found.total, payments_at(found, at=at))
    return found


def payments_at(bill: Bill, *, at: datetime) -> list[Payment]:
    """What had come in for a bill by a moment, the newest first."""
    of_month = Payment.objects.filter(account=bill.account_id, month=bill.month)
    return list(of_month.filter(learned_at__lte=at).newest_first())


def _paid_at(total: int, payments: Sequence[Payment]) -> datetime | None:
    is_paid = payments and sum(payment.amount for payment in payments) >= total
    return payments[0].paid_at if is_paid else None
