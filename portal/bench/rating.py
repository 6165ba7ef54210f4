"""What a month's bills cost: one statement for all, against a loop that rates each by Decimals."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection, transaction

from billing.book import price_book
from billing.costs import Supply
from billing.services import working_out
from portal.bench import Way
from portal.lib import sql

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
CREATE TABLE stored (account_id int, usage_kwh int, worked_out bigint);
ANALYZE measured_account, measured_bill;
"""
SOURCE = working_out.Source("measured_bill b", "a.number = b.number", "measured_account a")
OF = f"{SOURCE.bills} JOIN {SOURCE.accounts} ON {SOURCE.account}"
TOTALS = " ".join(["SELECT %s FROM", OF, sql.statement("billing", "worked_out")])
STORED = "INSERT INTO stored " + TOTALS % "a.id, b.usage_kwh, worked_out.total"


def ways() -> Iterator[Way]:
    """The loop; one statement that only adds up; a bare insert of the rows; both at once."""
    _make()
    kwh, households = _uses()
    yield Way(name="Decimal loop", units=BILLS, run=lambda: loop(kwh, households))
    yield Way(name="one statement", units=BILLS, run=ask)
    yield Way(name="bare insert", units=BILLS, prepare=empty, run=insert_bare)
    yield Way(name="insert, worked out", units=BILLS, prepare=empty, run=insert_worked_out)


def remarks() -> list[str]:
    """Whether the loop and the statement say the same, bill by bill."""
    kwh, households = _uses()
    with connection.cursor() as cursor:
        cursor.execute("SELECT worked_out FROM stored ORDER BY account_id")
        stored = [total for (total,) in cursor.fetchall()]
    different = sum(a != b for a, b in zip(loop(kwh, households), stored, strict=True))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE measured_account, measured_bill, stored")
    return [f"bills on which the loop and the statement differ: {different} of {len(stored):,}"]


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


@transaction.atomic
def ask() -> None:
    """Every total worked out and added up; nothing is written."""
    working_out.stage_prices(of=SOURCE)
    with connection.cursor() as cursor:
        cursor.execute(TOTALS % "sum(worked_out.total)")


@transaction.atomic
def insert_worked_out() -> None:
    """Prices staged, every bill worked out and written."""
    working_out.stage_prices(of=SOURCE)
    with connection.cursor() as cursor:
        cursor.execute(STORED)


def insert_bare() -> None:
    """The same rows, each with its account found and nothing worked out."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO stored SELECT a.id, b.usage_kwh, b.usage_kwh FROM {OF}")  # noqa: S608


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
