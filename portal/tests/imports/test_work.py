"""Whatever the database believes of its tables, the work of a chunk is that of its rows.

What a preview wrote and took back leaves long tables of nothing. Looked at then, they pass for
empty, and go on passing for it while a file fills them: the next statement goes through all of a
chunk for each row of the one before.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from customers.models import Load
from customers.services import loads
from customers.services.loads import working
from portal.demo.city import City
from portal.lib import sql
from portal.lib.importing import resource_of
from portal.tests.loading import Loading

# So many rows a chunk, and so often as many may a step of a statement give or throw away.
CHUNK, MOST = 200, 40
CITY = City(accounts=3 * CHUNK, months=1, seed=1, last_month=date(2026, 10, 1))
Rows = Iterator[tuple[object, ...]]
MONTH = CITY.months_in_order()[0]


def contacts() -> Rows:
    yield "Mã khách hàng", "Loại liên hệ", "Giá trị"
    for number, home in enumerate(CITY.homes()):
        yield home.number, "Email", f"nha{number}@example.vn"


def registrations() -> Rows:
    yield "Mã khách hàng", "Kênh", "Đăng ký", "Từ ngày"
    for home in CITY.homes():
        yield home.number, "ZALO", "có", "2026-10-01"


def exchanges() -> Rows:
    yield "Mã khách hàng", "Số công tơ", "Ngày treo"
    for number, home in enumerate(CITY.homes()):
        yield home.number, f"MOI{number:05}", "2026-11-02"


def fees() -> Rows:
    yield "Mã phí", "Mã khách hàng", "Nội dung", "Số tiền", "Hạn thanh toán"
    for number, home in enumerate(CITY.homes()):
        yield f"PHI{number}", home.number, "Đổi công tơ", "120000", "2026-12-30"


def payments_of_one_bill() -> Rows:
    heading, first = islice(CITY.payment_rows(MONTH), 2)
    yield heading
    for number in range(2 * CHUNK):
        yield *first[:-1], f"TUNG{number}"


# Files in an order in which they load; the last are tables that each is the first to fill.
FILES: list[tuple[str, Callable[[], Rows], tuple[str, ...]]] = [
    (
        "accounts",
        CITY.account_rows,
        ("customers_account", "customers_meter", "customers_contactpoint"),
    ),
    ("contacts", contacts, ()),
    ("registrations", registrations, ("customers_registration",)),
    ("reads", lambda: CITY.read_rows(share=0.04), ("billing_read",)),
    ("bills", lambda: CITY.bill_rows(MONTH), ("billing_bill",)),
    ("payments", lambda: CITY.payment_rows(MONTH), ("billing_payment",)),
    ("fees", fees, ("billing_servicefee",)),
    ("meters", exchanges, ()),
]
FILLED = [table for _kind, _rows, tables in FILES for table in tables]
TOUCHED = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")
PLANNED = re.compile(r"(--.*\n)*\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b")


class WorkTests(Loading):
    @pytest.fixture(autouse=True)
    def in_three_chunks(self, in_small_chunks: None, settings: Any) -> None:
        settings.LOAD_CHUNK = CHUNK

    def setUp(self) -> None:
        super().setUp()
        _as_new(FILLED)
        units = self.preview("units", _file(CITY.units()))
        self.let_go(units)
        self.work(units)

    def test_grows_with_the_rows_and_no_faster(self) -> None:
        for file in FILES:
            self.check(*file, _pass_for_empty)

    def test_grows_no_faster_after_a_look_that_was_taken_back(self) -> None:
        for file in FILES:
            self.check(*file, _pass_for_unseen)

    def test_grows_no_faster_where_of_values_an_older_look_is_known(self) -> None:
        for file in FILES:
            self.check(*file, _pass_for_seen_before)

    def test_of_payments_of_one_bill_grows_with_them_and_no_faster(self) -> None:
        for file in FILES:
            if file[0] in {"accounts", "bills"}:
                self.check(*file, _pass_for_empty)
        payments = ("payments", payments_of_one_bill, ("billing_payment",))
        self.check(*payments, _pass_for_empty)

    def check(
        self,
        kind: str,
        rows: Callable[[], Rows],
        tables: tuple[str, ...],
        pass_for: Callable[[str], None],
    ) -> None:
        """Load a file; no step of a statement meets more rows than so many times those of a chunk.

        :param tables: those that it is the first to fill
        :param pass_for: what the database believes of them before the file, and after its preview
        """
        # Two hundred rows are gone through faster than looked up, a million are not.
        sql.within_transaction(seq_page_cost="100")
        for table in tables:
            pass_for(table)
        with _noted() as plans:
            load = self.preview(kind, _file(rows()))
            for table in tables:
                pass_for(table)
            self.let_go(load)
            while working.apply_chunk(load=load, resource=resource_of(kind), at=timezone.now()):
                pass
        self.assertTrue(plans, kind)
        for text, plan in plans:
            if _most(plan) > MOST * CHUNK:
                self.fail(f"{_most(plan):,.0f} rows in {text}\n{json.dumps(plan, indent=1)}")
        self.work(load)
        self.assertEqual((load.state, load.refused), ("done", 0))
        for table in FILLED:
            sql.analyze(table)

    def let_go(self, load: Load) -> None:
        loads.confirm(load=load, by=self.operator, at=timezone.now())
        load.refresh_from_db()
        if load.state == "waiting":
            loads.release(load=load, by=self.other, at=timezone.now())
            load.refresh_from_db()


def _file(rows: Rows) -> bytes:
    return "\n".join(";".join(map(str, row)) for row in rows).encode()


def _as_new(tables: list[str]) -> None:
    """Have the tables, and all that hang on them, hold nothing of what other tests left behind."""
    with connection.cursor() as cursor:
        # Records that are written once are let go of by nobody else.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        cursor.execute("SET LOCAL session_replication_role = origin")


def _pass_for_empty(table: str) -> None:
    """As a look leaves it at what a preview took back."""
    _known(table, rows=0)


def _pass_for_unseen(table: str) -> None:
    """As a look leaves it that was taken back itself: how many, but nothing of them."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pg_statistic WHERE starelid = %s::regclass", [table])
    _known(table, rows=CHUNK)


def _pass_for_seen_before(table: str) -> None:
    """As a look leaves it that was taken back: rows counted, values known of a few older ones.

    In those every column was NULL, so of the five statistics that a column can have there is none.
    """
    _pass_for_unseen(table)
    with connection.cursor() as cursor:
        kinds = ", ".join(f"stakind{slot}, staop{slot}, stacoll{slot}" for slot in range(1, 6))
        cursor.execute(
            "INSERT INTO pg_statistic"
            f" (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct, {kinds})"
            f" SELECT attrelid, attnum, false, 1, 8, 0, {', '.join(['0'] * 15)}"
            " FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
    _known(table, rows=MOST * CHUNK)


def _known(table: str, *, rows: int) -> None:
    with connection.cursor() as cursor:
        # What another test committed and emptied again may still count.
        cursor.execute("SELECT pg_stat_reset_single_table_counters(%s::regclass)", [table])
        cursor.execute(
            "UPDATE pg_class SET reltuples = %s, relpages = 5 WHERE oid = %s::regclass"
            " OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = %s::regclass)",
            [rows, table, table],
        )


@contextmanager
def _noted() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Each statement with its plan, as it went.

    Of those that begin as statements do, not of those that fill a temporary table.
    """
    found: list[tuple[str, dict[str, Any]]] = []

    def explained(execute: Callable[..., Any], text: str, given: Any, many: bool, more: Any) -> Any:
        if PLANNED.match(str(text)):
            with transaction.atomic():
                execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}", given, many, more)
                plan = more["cursor"].fetchone()[0][0]["Plan"]
                transaction.set_rollback(True)
            found.append((str(text), plan))
        return execute(text, given, many, more)

    with connection.execute_wrapper(explained):
        yield found


def _most(plan: dict[str, Any]) -> float:
    """The most rows that a step of a plan gives or throws away."""
    own = sum(rows for name, rows in plan.items() if name in TOUCHED) * plan["Actual Loops"]
    return max([own, *map(_most, plan.get("Plans", []))])
