"""Lines that go to the database as they stand fare as those that are read."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing.models import Read
from customers.models import Load, LoadRow
from customers.tests.factories import a_meter, an_account
from portal.tests.loading import Loading
from portal.tests.test_imports import row_versions


class UnreadLinesTests(Loading):
    """Reads, whose lines go to the database as they stand."""

    def setUp(self) -> None:
        super().setUp()
        self.meter = a_meter(account=an_account(number="PE01000000001"), serial="77")
        self.days = [timezone.localdate() - timedelta(days=n) for n in range(20, 0, -1)]

    def reads(self, *rows: str) -> bytes:
        return "\n".join(("Mã khách hàng;Số công tơ;Ngày;Chỉ số;Chất lượng", *rows, "")).encode()

    def read(self, day: date, kwh: str, *, serial: str = "77", quality: str = "TT") -> str:
        return f"PE01000000001;{serial};{day:%d/%m/%Y};{kwh};{quality}"

    def load(self, *rows: str, **more: Any) -> Load:
        load = self.preview("reads", self.reads(*rows), **more)
        foreseen = (load.created, load.updated, load.unchanged, load.refused)
        load.needs_second = False
        load.save()
        load = self.apply(load)
        self.assertEqual((load.created, load.updated, load.unchanged, load.refused), foreseen)
        return load

    def test_give_the_same_reads_as_lines_that_are_read(self) -> None:
        rows = [self.read(day, f"{n},25") for n, day in enumerate(self.days, 100)]
        rows[3:3] = [
            self.read(self.days[3], "103").replace("PE01", "pe 01"),
            self.read(self.days[4], "-1"),
            '"PE01000000001";77;;1;TT',
        ]
        del rows[6:8]
        load = self.load(*rows)
        self.assertEqual((load.created, load.refused, load.remarked), (19, 2, 1))
        found = dict(Read.objects.values_list("day", "index_wh"))
        self.assertEqual((found[self.days[0]], found[self.days[3]]), (100_250, 103_000))
        self.assertEqual(found[self.days[-1]], 119_250)
        self.assertEqual(set(load.notes.values_list("row", flat=True)), {5, 6, 7})

    def test_of_one_day_that_differ_are_all_refused_however_far_apart(self) -> None:
        rows = [self.read(day, f"{n},5") for n, day in enumerate(self.days, 100)]
        load = self.load(*rows, self.read(self.days[2], "99"), self.read(self.days[4], "104,50"))
        self.assertEqual((load.created, load.refused), (19, 3))
        self.assertEqual(set(load.notes.values_list("row", flat=True)), {4, 22, 23})
        self.assertNotIn(self.days[2], Read.objects.values_list("day", flat=True))

    def test_are_refused_by_the_same_rules(self) -> None:
        rows = [self.read(day, f"{n}") for n, day in enumerate(self.days, 100)]
        rows += [
            "PE01999999999;77;" + f"{self.days[0]:%d/%m/%Y};1;TT",
            self.read(self.days[1], "101", serial="78"),
        ]
        rows[7] = self.read(self.days[7], "99")
        load = self.load(*rows)
        found = dict(load.notes.values_list("row", "column"))
        self.assertEqual(found, {9: "Chỉ số", 22: "Mã khách hàng", 23: "Số công tơ"})

    def test_change_nothing_when_they_come_again_and_only_what_differs(self) -> None:
        rows = [self.read(day, f"{n},5") for n, day in enumerate(self.days, 100)]
        self.load(*rows)
        versions = row_versions()
        again = self.load(*rows, again=True)
        self.assertEqual((again.created, again.updated, again.unchanged), (0, 0, 20))
        self.assertEqual(row_versions(), versions)
        rows[5] = self.read(self.days[5], "105,75")
        load = self.preview("reads", self.reads(*rows))
        (change,) = load.report["changes"]
        self.assertIn(["index_wh", 105_500, 105_750], change["fields"])
        self.assertEqual(row_versions(), versions)
        self.assertEqual(self.apply(load).updated, 1)
        self.assertEqual(Read.objects.get(day=self.days[5]).quality, "corrected")
        self.undo(load)
        self.assertEqual(Read.objects.get(day=self.days[5]).index_wh, 105_500)

    def test_are_read_again_where_the_database_lost_them(self) -> None:
        rows = [self.read(day, f"{n},5") for n, day in enumerate(self.days, 100)]
        load = self.preview("reads", self.reads(*rows, self.read(self.days[0], "x")))
        LoadRow.objects.all().delete()
        load.needs_second = False
        load.save()
        self.assertEqual(self.apply(load).created, 20)


BILLS = (
    "Kỳ;Mã khách hàng;Từ ngày;Đến ngày;Chỉ số đầu;Chỉ số cuối;Sản lượng (kWh);Số hộ;Tiền điện;"
    "Thuế suất;Tiền thuế GTGT;Tổng tiền;Ngày phát hành;Hạn thanh toán"
)


class UnreadBillsTests(Loading):
    def bill(self, number: str = "PE01000000001", **changes: object) -> str:
        values: dict[str, object] = {
            "month": "10/2026", "number": number, "from": "01/10/2026", "to": "31/10/2026",
            "first": 31970, "last": 32190, "kwh": 220, "households": 1, "net": 499660,
            "percent": "8%", "vat": 39973, "total": 539633, "issued": "01/11/2026",
            "due": "05/11/2026",
        }  # fmt: skip
        return ";".join(map(str, (values | changes).values()))

    def preview_bills(self, *rows: str) -> Load:
        return self.preview("bills", "\n".join((BILLS, *rows, "")).encode())

    def test_are_refused_by_the_checks_over_several_columns(self) -> None:
        accounts = [an_account(number=f"PE0100000000{n}") for n in range(8)]
        wrong = (
            {}, {"total": 539634}, {"vat": 39974, "total": 539634}, {"kwh": 218}, {"kwh": 221},
            {"from": "01/11/2026"}, {"due": "31/10/2026"}, {"last": 31000},
        )  # fmt: skip
        rows = [self.bill(a.number, **w) for a, w in zip(accounts, wrong, strict=True)]
        load = self.preview_bills(*rows)
        found = dict(load.notes.filter(kind="refused").values_list("row", "column"))
        expected = {
            3: "Tổng tiền", 4: "Tiền thuế GTGT", 5: "Sản lượng (kWh)", 7: "Đến ngày",
            8: "Hạn thanh toán",
        }  # fmt: skip
        self.assertEqual(found, expected)
        self.assertEqual((load.rows, load.good, load.created), (8, 3, 3))
        self.assertEqual(Decimal(load.report["sums"]["total"]), 3 * 539_633)

    def test_are_held_against_the_row_of_totals(self) -> None:
        accounts = [an_account(number=f"PE0100000000{n}") for n in range(3)]
        rows = [self.bill(account.number) for account in accounts]
        total = "Tổng cộng;;;;;;660;;;;;{};;"
        load = self.preview_bills(*rows, total.format(3 * 539_633))
        self.assertEqual((load.state, load.created, load.refused), ("previewed", 3, 0))
        load = self.preview_bills(*rows, total.format(3 * 539_633 + 1))
        self.assertEqual(load.state, "refused")
