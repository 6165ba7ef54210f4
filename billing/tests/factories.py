"""Rows of this app for any test: keyword functions whose defaults hold together."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from billing.models import (
    Bill,
    Debit,
    Payment,
    PaymentFeed,
    Read,
    ServiceFee,
    SupplyStop,
    UnusualUse,
)
from customers.models import Account, Meter, OperatingUnit
from customers.tests.factories import NOON, a_meter, a_user, an_account

OCTOBER = date(2026, 10, 1)
LOADED = datetime(2026, 11, 1, 18, tzinfo=UTC)

_numbers = count(1)


def a_bill(*, account: Account | None = None, month: date = OCTOBER, **fields: Any) -> Bill:
    """The unpaid bill of one whole calendar month; give ``total`` and net and VAT follow."""
    ends_before = (month + timedelta(days=32)).replace(day=1)
    total = fields.pop("total", 701_525)
    net = fields.pop("net", round(total / 1.08))
    values = {
        "starts_on": month,
        "ends_before": ends_before,
        "index_from_wh": 31_970_000,
        "index_to_wh": 32_190_000,
        "usage_kwh": 220,
        "households": 1,
        "net": net,
        "vat_percent": 8,
        "vat": total - net,
        "total": total,
        "issued_on": ends_before,
        "due_on": ends_before + timedelta(days=4),
        "learned_at": LOADED,
        **fields,
    }
    return Bill.objects.create(account=account or an_account(), month=month, **values)


def a_debit(*, bill: Bill | None = None, **fields: Any) -> Debit:
    """A try of the bill's last day to pay, refused for want of money unless told otherwise."""
    bill = bill or a_bill()
    given = {
        "account": bill.account,
        "amount": bill.total,
        "result": "funds",
        "debited_on": bill.due_on,
        "learned_at": NOON,
    }
    return Debit.objects.create(bill=bill, **given | fields)


def a_payment(*, bill: Bill | None = None, **fields: Any) -> Payment:
    """The whole of a bill paid three days later; the bill itself is left as it is."""
    bill = bill or a_bill()
    values = {
        "account": bill.account,
        "month": bill.month,
        "amount": bill.total,
        "paid_at": LOADED + timedelta(days=3),
        "collected_by": "Ngân hàng",
        "reference": f"GD{next(_numbers):09d}",
        "learned_at": LOADED + timedelta(days=4),
        **fields,
    }
    payments_known(at=values["learned_at"], unit=bill.account.unit)
    return Payment.objects.create(bill=bill, **values)


def payments_known(*, at: datetime, unit: OperatingUnit | None = None) -> None:
    """Let payments of ``unit``, or of every company, be known until ``at``."""
    for one in [unit] if unit else OperatingUnit.objects.all():
        PaymentFeed.objects.update_or_create(unit=one, defaults={"known_until": at})


def a_stop(*, bill: Bill | None = None, **fields: Any) -> SupplyStop:
    """A stop asked for three weeks after the bill was loaded, to be cut two days later."""
    asked_at = LOADED + timedelta(days=21)
    values = {"cut_at": asked_at + timedelta(days=2), "asked_at": asked_at, **fields}
    if "asked_by" not in values:
        values["asked_by"] = a_user()
    return SupplyStop.objects.create(bill=bill or a_bill(), **values)


def a_read(*, meter: Meter | None = None, day: date = OCTOBER, **fields: Any) -> Read:
    """What the meter showed at the end of ``day``."""
    values = {"index_wh": 31_970_000, "learned_at": LOADED, **fields}
    return Read.objects.create(meter=meter or a_meter(), day=day, **values)


def some_reads(
    *, meter: Meter | None = None, from_day: date = OCTOBER, steps_wh: list[int], **fields: Any
) -> list[Read]:
    """One read a day from ``from_day``; each step is the register's growth of the day before it."""
    meter = meter or a_meter()
    index = fields.pop("index_wh", 31_970_000)
    reads = [a_read(meter=meter, day=from_day, index_wh=index, **fields)]
    for number, step in enumerate(steps_wh, start=1):
        index += step
        day = from_day + timedelta(days=number)
        reads.append(a_read(meter=meter, day=day, index_wh=index, **fields))
    return reads


def a_fee(*, account: Account | None = None, **fields: Any) -> ServiceFee:
    """A fee for moving the meter, to be paid within two weeks."""
    values = {
        "reference": f"PDV{next(_numbers):05d}",
        "what": "Di dời công tơ",
        "amount": 385_000,
        "due_on": NOON.date() + timedelta(days=14),
        "learned_at": LOADED,
        **fields,
    }
    return ServiceFee.objects.create(account=account or an_account(), **values)


def unusual_days(*, account: Account | None = None, **fields: Any) -> UnusualUse:
    """Three days of 14 kWh where 6 are usual, found the morning after."""
    values = {
        "rule": "jump",
        "first_on": date(2026, 10, 30),
        "last_on": date(2026, 11, 1),
        "since": date(2026, 9, 4),
        "wh": 14_000,
        "usual_wh": 6_000,
        "shift": 100,
        "found_at": NOON,
        **fields,
    }
    return UnusualUse.objects.create(account=account or an_account(), **values)
