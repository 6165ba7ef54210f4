"""Every bill of the sample export against rating, but for the two that are wrong on purpose."""

from decimal import Decimal
from pathlib import Path
from unittest import TestCase

from python_calamine import CalamineWorkbook

from billing.rating import Basis, rate
from billing.tariff_files import shipped_price_book
from portal.lib.periods import DAY

SAMPLE = Path(__file__).parents[2] / "portal" / "demo" / "data" / "hoa-don-2026-10.xlsx"
WRONG_TOTAL, WRONG_USE = 12, 22


def sample_bills() -> dict[int, dict[str, object]]:
    """The bills by their row in the file, the header being row 1."""
    header, *rows = CalamineWorkbook.from_path(SAMPLE).get_sheet_by_index(0).to_python()
    return {number: dict(zip(header, row, strict=True)) for number, row in enumerate(rows, 2)}


def rated(bill: dict[str, object]) -> tuple[int, int, int]:
    basis = Basis(
        starts_on=bill["Từ ngày"],
        ends_before=bill["Đến ngày"] + DAY,
        usage=int(bill["Sản lượng (kWh)"]),
        households=Decimal(int(bill["Số hộ"])),
    )
    rating = rate(basis, book=shipped_price_book())
    return rating.net, rating.vat, rating.total


def issued(bill: dict[str, object]) -> tuple[int, int, int]:
    total = int(str(bill["Tổng tiền"]).replace(".", ""))
    return int(bill["Tiền điện"]), int(bill["Tiền thuế GTGT"]), total


class SampleBillTests(TestCase):
    def setUp(self):
        self.bills = sample_bills()

    def test_every_right_bill_comes_out_to_the_dong(self):
        right = {row: b for row, b in self.bills.items() if row not in (WRONG_TOTAL, WRONG_USE)}
        self.assertEqual(len(right), 367)
        self.assertEqual({int(bill["Số hộ"]) for bill in right.values()}, {1, 2, 3, 4})
        differing = {row: bill for row, bill in right.items() if rated(bill) != issued(bill)}
        self.assertEqual(differing, {})

    def test_the_wrong_bills_differ(self):
        for row in (WRONG_TOTAL, WRONG_USE):
            with self.subTest(row=row):
                self.assertNotEqual(rated(self.bills[row]), issued(self.bills[row]))
