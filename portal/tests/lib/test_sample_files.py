"""The sample exports: exactly the wrong rows are refused, the odd ones mended and remarked on."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import TestCase

from portal.lib.columns import (
    Column,
    Parsed,
    Table,
    account_number,
    address,
    billing_month,
    choice,
    code,
    day,
    email,
    flag,
    index_wh,
    instant,
    last_day,
    money,
    percent,
    person_name,
    phone,
    serial,
    text,
    whole,
    year_of_birth,
)
from portal.lib.periods import LOCAL
from portal.lib.spreadsheets import read

DATA = Path(__file__).parents[2] / "demo" / "data"
AT = datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)


def a_column(name: str, heading: str, parse: Any, default: Any = ...) -> Column:
    optional = {} if default is ... else {"required": False, "default": default}
    return Column(name=name, heading=heading, parse=parse, **optional)


NUMBER = a_column("number", "Mã khách hàng", account_number())
UNITS = Table(
    kind="units",
    columns=(
        a_column("code", "Mã đơn vị", code(r"P[A-Z]\d\d")),
        a_column("name", "Tên đơn vị", text()),
    ),
    key=("code",),
)
ACCOUNTS = Table(
    kind="accounts",
    columns=(
        NUMBER,
        a_column("holder_name", "Tên khách hàng", person_name()),
        a_column("born_in", "Năm sinh", year_of_birth(), None),
        a_column("address", "Địa chỉ sử dụng điện", address()),
        a_column("ward", "Phường/Xã", text()),
        a_column("phone", "Điện thoại", phone(), None),
        a_column("email", "Email", email(), None),
        a_column("unit", "Mã đơn vị", code(r"[A-Z]{2}\d\d")),
        a_column("group", "Mục đích", code()),
        a_column("households", "Số hộ", whole(minimum=1)),
        a_column("serial", "Số công tơ", serial()),
        a_column("multiplier", "Hệ số nhân", whole(minimum=1)),
        a_column("reading_day", "Ngày ghi", whole(minimum=1, maximum=31)),
        a_column("has_app", "Có app", flag(), False),
        a_column("follows_zalo", "Theo dõi Zalo", flag(), False),
    ),
    key=("number",),
    duplicates="first",
)
READS = Table(
    kind="reads",
    columns=(
        NUMBER,
        a_column("serial", "Số công tơ", serial()),
        a_column("day", "Ngày", day(future_days=0)),
        a_column("index_wh", "Chỉ số", index_wh()),
        a_column("quality", "Chất lượng", choice({"TT": "measured", "TU": "estimated"})),
    ),
    key=("serial", "day"),
)


def adds_up(bill: Mapping[str, Any]) -> Any:
    if bill["net"] + bill["vat"] != bill["total"]:
        yield "total", "does not add up"


BILLS = Table(
    kind="bills",
    columns=(
        a_column("month", "Kỳ", billing_month()),
        NUMBER,
        a_column("starts_on", "Từ ngày", day()),
        a_column("ends_before", "Đến ngày", last_day()),
        a_column("index_from_wh", "Chỉ số đầu", index_wh()),
        a_column("index_to_wh", "Chỉ số cuối", index_wh()),
        a_column("usage_kwh", "Sản lượng (kWh)", whole()),
        a_column("households", "Số hộ", whole(minimum=1)),
        a_column("net", "Tiền điện", money()),
        a_column("vat_percent", "Thuế suất", percent()),
        a_column("vat", "Tiền thuế GTGT", money()),
        a_column("total", "Tổng tiền", money()),
        a_column("issued_on", "Ngày phát hành", day(future_days=0)),
        a_column("due_on", "Hạn thanh toán", day()),
    ),
    key=("number", "month"),
    checks=(adds_up,),
)
PAYMENTS = Table(
    kind="payments",
    columns=(
        NUMBER,
        a_column("month", "Kỳ", billing_month()),
        a_column("amount", "Số tiền", money(minimum=1)),
        a_column("paid_at", "Thời điểm", instant(future_days=0)),
        a_column("collected_by", "Kênh thu", text()),
        a_column("reference", "Mã giao dịch", code()),
    ),
    key=("reference",),
)
OUTAGES = Table(
    kind="outages",
    columns=(
        a_column("code", "Mã lịch", code()),
        a_column("unit", "Mã đơn vị", code()),
        a_column("area", "Khu vực", text()),
        a_column("starts_at", "Bắt đầu", instant()),
        a_column("ends_at", "Kết thúc", instant()),
        a_column("reason", "Lý do", text()),
    ),
    key=("code",),
)


def parsed(table: Table, name: str) -> Parsed:
    return table.read(read(DATA / name, headings=table.headings()), at=AT)


def refused(found: Parsed) -> dict[int, str]:
    return {refusal.row: refusal.column for refusal in found.refused}


class AccountsTests(TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.found = parsed(ACCOUNTS, "khach-hang.xlsx")

    def test_refuses_exactly_the_wrong_rows(self):
        self.assertEqual(
            refused(self.found),
            {
                19: "Mã khách hàng",
                60: "Mã khách hàng",
                95: "Mã khách hàng",
                142: "Mã khách hàng",
                307: "Điện thoại",
                335: "Số hộ",
                403: "Tên khách hàng",
                514: "Năm sinh",
                642: "Email",
            },
        )
        self.assertEqual(len(self.found.refused), 9)
        self.assertEqual(len(self.found.rows), 1_191)

    def test_shows_what_stood_there_and_why_it_cannot_be(self):
        said = {refusal.row: (refusal.value, refusal.reason) for refusal in self.found.refused}
        for row, value, word in (
            (19, "PE1234", "11 digits"), (60, "1000120000000", "format the column as text"),
            (95, "", "must not be empty"), (142, "PE08020001012", "Row 14 "),
            (307, "12345", "cannot be reached"), (335, "0", "at least 1"),
            (403, "", "must not be empty"), (514, "2097", "between"), (642, "không có", "leave"),
        ):  # fmt: skip
            with self.subTest(row):
                self.assertEqual(said[row][0], value)
                self.assertIn(word, said[row][1])

    def test_mends_the_odd_rows_and_says_so(self):
        remarks = {(r.row, r.column): (r.before, r.after) for r in self.found.remarks}
        self.assertEqual(
            remarks,
            {
                (7, "Mã khách hàng"): ("pe15000001005", "PE15000001005"),
                (8, "Điện thoại"): ("+84 776000368", "+84776000368"),
                (9, "Điện thoại"): ("594710541", "+84594710541"),
                (10, "Điện thoại"): ("0169 2345678", "+84392345678"),
                (11, "Tên khách hàng"): (
                    "Nguye\u0302\u0303n Thi\u0323 Ho\u0302\u0300ng A\u0302n",
                    "Nguyễn Thị Hồng Ân",
                ),
                (12, "Tên khách hàng"): ("Trần Văn\u200b Út", "Trần Văn Út"),
            },
        )

    def test_takes_a_name_that_begins_like_a_formula_as_it_is(self):
        (row,) = [row for row in self.found.rows if row.number == 13]
        self.assertEqual(row.values["holder_name"], "+Lê Văn Tám")

    def test_gives_values_and_not_cells(self):
        self.assertEqual(
            self.found.rows[0].values,
            {
                "number": "PB15040001000", "holder_name": "Trần Kim Khánh", "born_in": 1977,
                "address": "162A Lê Lợi", "ward": "Xã Củ Chi", "phone": "+84866926135",
                "email": "khach@example.vn", "unit": "PB15", "group": "SHBT", "households": 1,
                "serial": "32493451", "multiplier": 1, "reading_day": 31, "has_app": True,
                "follows_zalo": False,
            },
        )  # fmt: skip
        self.assertEqual(self.found.ignored_columns, ("Công ty Điện lực",))


class ReadsTests(TestCase):
    def test_refuses_impossible_days_and_indexes(self):
        found = parsed(READS, "chi-so-ngay.csv")
        self.assertEqual(
            refused(found), {32_022: "Ngày", 32_023: "Ngày", 32_026: "Chỉ số", 32_027: "Chỉ số"}
        )
        self.assertEqual((len(found.rows), found.remarks), (32_022, []))
        self.assertEqual(
            found.rows[0].values,
            {
                "number": "PB15040001000", "serial": "32493451", "day": date(2026, 9, 1),
                "index_wh": 31_789_470, "quality": "measured",
            },
        )  # fmt: skip


class BillsTests(TestCase):
    def test_refuses_the_one_that_does_not_add_up(self):
        found = parsed(BILLS, "hoa-don-2026-10.xlsx")
        self.assertEqual(refused(found), {12: "Tổng tiền"})
        self.assertEqual(
            found.rows[0].values,
            {
                "month": date(2026, 10, 1), "number": "PB15040001000",
                "starts_on": date(2026, 10, 1), "ends_before": date(2026, 11, 1),
                "index_from_wh": 31_970_000, "index_to_wh": 32_190_000, "usage_kwh": 220,
                "households": 1, "net": 499_660, "vat_percent": Decimal(8), "vat": 39_973,
                "total": 539_633, "issued_on": date(2026, 11, 1), "due_on": date(2026, 11, 5),
            },
        )  # fmt: skip


class OtherFilesTests(TestCase):
    def test_are_taken_whole(self):
        for table, name, rows in (
            (UNITS, "don-vi.csv", 15),
            (PAYMENTS, "thanh-toan-2026-11.csv", 235),
            (OUTAGES, "lich-ngung-dien.xlsx", 12),
        ):
            with self.subTest(name):
                found = parsed(table, name)
                self.assertEqual((len(found.rows), found.refused, found.remarks), (rows, [], []))

    def test_keep_moments_on_viet_nams_clock(self):
        payment = parsed(PAYMENTS, "thanh-toan-2026-11.csv").rows[0].values
        self.assertEqual(payment["paid_at"], datetime(2026, 11, 2, 19, 37, tzinfo=LOCAL))
        outage = parsed(OUTAGES, "lich-ngung-dien.xlsx").rows[0].values
        self.assertEqual(outage["starts_at"], datetime(2026, 11, 28, 7, 30, tzinfo=LOCAL))
