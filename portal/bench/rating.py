"""What a month's bills cost: one statement for all, against a loop that rates each by Decimals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection, transaction

from billing.book import price_book
from billing.costs import Supply
from billing.curves import Totals
from billing.services import working_out
from portal.bench import Way
from portal.lib import sql
from portal.lib.periods import Period

WHAT = "work out a city's bills of a month"
UNIT = "bills"
BILLS = 2_800_000
ONLY_WHEN_NAMED = True
ROUNDS = 3
FIRST_ON, ENDS_BEFORE = date(2026, 10, 1), date(2026, 11, 1)
ONE, HALF_UP, VAT = Decimal(1), ROUND_HALF_UP, Decimal("0.08")

# Staged as a file is, by the account's number; uses from nothing to a few thousand kWh.
MADE = """
CREATE TABLE measured_account AS
    SELECT n AS id, 'PE' || lpad(n::text, 11, '0') AS number, 'residential' AS "group",
           '' AS voltage
    FROM generate_series(1, %(bills)s::bigint) n;
CREATE TABLE measured_bill AS
    SELECT id AS account_id, number, %(first_on)s AS starts_on, %(ends_before)s AS ends_before,
           (CASE WHEN id %% 20 = 0 THEN 2 WHEN id %% 50 = 1 THEN 0.75 ELSE 1 END)::numeric
           AS households,
           ((id * 7919) %% 401 + CASE WHEN id %% 30 = 0 THEN (id * 31) %% 3000 ELSE 0 END)::int
           AS usage_kwh
    FROM measured_account ORDER BY id;
CREATE TABLE stored (LIKE billing_bill INCLUDING ALL);
ANALYZE measured_account, measured_bill;
"""
SOURCE = working_out.Source("measured_bill b", "a.number = b.number", "measured_account a")
OF = f"{SOURCE.bills} JOIN {SOURCE.accounts} ON {SOURCE.account}"
WORKED_OUT = sql.statement("billing", "worked_out")
# As a loaded bill is stored: all its columns, constraints and indexes.
STORED = """
INSERT INTO stored (account_id, month, starts_on, ends_before, index_from_wh, index_to_wh,
                    usage_kwh, households, net, vat_percent, vat, total, worked_out, issued_on,
                    due_on, learned_at)
SELECT a.id, b.starts_on, b.starts_on, b.ends_before, 0, 0, b.usage_kwh, b.households, 0, 8, 0, 0,
       {worked_out}, b.ends_before, b.ends_before, now()
FROM
"""


def ways() -> Iterator[Way]:
    """The loop; the rating, once for each use; one statement; an insert without and with it."""
    _make()
    kwh, households = _uses()
    yield Way(name="Decimal loop", units=BILLS, run=lambda: loop(kwh, households))
    shapes = _by_shape(kwh, households)
    yield Way(name="each use once", units=BILLS, run=lambda: rate_once(shapes))
    yield Way(name="one statement", units=BILLS, run=ask)
    yield Way(name="bare insert", units=BILLS, prepare=empty, run=insert_bare)
    yield Way(name="insert, worked out", units=BILLS, prepare=empty, run=insert_worked_out)


def remarks() -> list[str]:
    """Whether the loop and the statement say the same, bill by bill."""
    kwh, households = _uses()
    looped = loop(kwh, households)
    rated = rate_once(_by_shape(kwh, households))
    same = sum(rated) == sum(looped)
    with connection.cursor() as cursor:
        cursor.execute("SELECT worked_out FROM stored ORDER BY account_id")
        stored = [total for (total,) in cursor.fetchall()]
    different = sum(a != b for a, b in zip(looped, stored, strict=True))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE measured_account, measured_bill, stored")
    return [
        f"bills on which the loop and the statement differ: {different} of {len(stored):,}",
        f"the rating, asked once for each use, adds up to the same: {'yes' if same else 'NO'}",
    ]


def loop(kwh: Iterable[int], households: Iterable[Decimal]) -> list[int]:
    """Each bill by itself, as one would write it: steps widened, kWh taken, VAT rounded once."""
    supply = Supply("residential", "", ONE)
    tariff = price_book().tariff(group=supply.group, voltage="", on=FIRST_ON)
    steps = [
        (Decimal(step.width) if step.width else None, Decimal(step.dong)) for step in tariff.steps
    ]
    return [_bill(Decimal(used), count, steps) for used, count in zip(kwh, households, strict=True)]


def _bill(left: Decimal, households: Decimal, steps: list[tuple[Decimal | None, Decimal]]) -> int:
    net = Decimal(0)
    for width, price in steps:
        size = left if width is None else (width * households).quantize(ONE, HALF_UP)
        taken = min(left, size)
        net += taken * price
        left -= taken
        if not left:
            break
    return int(net + (net * VAT).quantize(ONE, HALF_UP))


def rate_once(shapes: Mapping[Decimal, Sequence[int]]) -> list[int]:
    """The total of every bill, from the rating, which knows the fractions and dates of each."""
    book, period = price_book(), Period(FIRST_ON, ENDS_BEFORE)
    found: list[int] = []
    for households, uses in shapes.items():
        totals = Totals(Supply("residential", "", households), period, book=book)
        found += [totals[kwh] for kwh in uses]
    return found


def _by_shape(kwh: Sequence[int], households: Sequence[Decimal]) -> dict[Decimal, list[int]]:
    shapes: dict[Decimal, list[int]] = {}
    for used, count in zip(kwh, households, strict=True):
        shapes.setdefault(count, []).append(used)
    return shapes


@transaction.atomic
def ask() -> None:
    """Every total worked out and added up; nothing is written."""
    working_out.stage_prices(of=SOURCE)
    with connection.cursor() as cursor:
        cursor.execute(" ".join(["SELECT sum(worked_out.total) FROM", OF, WORKED_OUT]))


@transaction.atomic
def insert_worked_out() -> None:
    """Prices staged, every bill worked out and written."""
    working_out.stage_prices(of=SOURCE)
    with connection.cursor() as cursor:
        cursor.execute(" ".join([STORED.format(worked_out="worked_out.total"), OF, WORKED_OUT]))


def insert_bare() -> None:
    """The same rows, each with its account found and nothing worked out."""
    with connection.cursor() as cursor:
        cursor.execute(" ".join([STORED.format(worked_out="NULL::bigint"), OF]))


def empty() -> None:
    """Nothing is stored yet."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE stored")


def _make() -> None:
    with connection.cursor() as cursor:
        cursor.execute(MADE, {"bills": BILLS, "first_on": FIRST_ON, "ends_before": ENDS_BEFORE})


def _uses() -> tuple[list[int], list[Decimal]]:
    """The uses and households in order; equal values are one object, to spare memory."""
    known: dict[Decimal, Decimal] = {}
    kwh, households = [], []
    with connection.cursor() as cursor:
        cursor.execute("SELECT usage_kwh, households FROM measured_bill ORDER BY account_id")
        for used, count in cursor:
            kwh.append(used)
            households.append(known.setdefault(count, count))
    return kwh, households
