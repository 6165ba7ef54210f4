"""Our own total of every bill: the rating's, taken to millions of bills by one statement."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.book import price_book
from billing.costs import Supply
from billing.curves import Totals, curve, is_priced
from billing.rating import PriceBook
from portal.lib import sql
from portal.lib.periods import Period


@dataclass(frozen=True, slots=True)
class Source:
    """Where statements find the bills ``b``, and how each finds its account ``a``."""

    bills: str
    account: str
    accounts: str = "customers_account a"

    @property
    def parts(self) -> dict[str, str]:
        return {"bills": self.bills, "account": self.account, "accounts": self.accounts}


STAGED = Source("staged_bill b", "a.number = b.number")
OF_MONTH = Source("(SELECT * FROM billing_bill WHERE month = %(month)s) b", "a.id = b.account_id")
CURVES = {
    "shape": "int",
    "group": "text",
    "voltage": "text",
    "starts_on": "date",
    "ends_before": "date",
    "households": "numeric",
    "corners": "int[]",
    "nets": "bigint[]",
    "prices": "bigint[]",
    "vat": "bigint",
}
MONTHS_AGAIN = 3
KWH = {"shape": "int", "usage_kwh": "int", "total": "bigint"}

Shape = tuple[str, str, date, date, Decimal]
"""Group, voltage, the period's first day and the day after its last, households."""


def work_out_lately(*, today: date) -> int:
    """Work out the bills of the newest months again: a price may have been entered late."""
    month, changed = Period.of_month(today), 0
    for _month in range(MONTHS_AGAIN):
        changed += work_out(month=month.starts_on)
        month = month.previous_month()
    return changed


@transaction.atomic
def work_out(*, month: date) -> int:
    """Work out every bill of a month by the prices on record now; how many became different."""
    stage_prices(of=OF_MONTH, month=month)
    return len(sql.run("billing", "work_out_bills", {"month": month}))


def stage_prices(*, of: Source, month: date | None = None) -> None:
    """Put what the rating says of these bills where statements find it, until the commit.

    :param of: ``STAGED``, or ``OF_MONTH`` with its ``month``
    """
    book, parameters = price_book(), {"month": month}
    found: Iterable[Any] = sql.run("billing", "bill_shapes", parameters, of.parts)
    shapes = dict(enumerate(shape for shape in found if is_priced(*_of(shape), book=book)))
    sql.stage("staged_curve", CURVES, _curves(shapes, book))
    used = sql.run("billing", "bill_kwh", parameters, of.parts)
    sql.stage("staged_kwh", KWH, _totals(shapes, used, book))


def _of(shape: Shape) -> tuple[Supply, Period]:
    group, voltage, starts_on, ends_before, households = shape
    return Supply(group, voltage, Decimal(households)), Period(starts_on, ends_before)


def _curves(shapes: dict[int, Shape], book: PriceBook) -> Iterator[tuple[object, ...]]:
    for number, shape in shapes.items():
        found = curve(*_of(shape), book=book)
        if found is None:
            yield number, *shape, None, None, None, None
        else:
            parts = (list(found.corners), list(found.nets), list(found.prices))
            yield number, *shape, *parts, found.vat_hundredths


def _totals(
    shapes: dict[int, Shape], used: Iterable[tuple[Any, ...]], book: PriceBook
) -> Iterator[tuple[object, ...]]:
    totals = {number: Totals(*_of(shape), book=book) for number, shape in shapes.items()}
    for number, kwh in used:
        yield number, kwh, totals[number][kwh]
