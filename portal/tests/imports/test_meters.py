"""Indexes and what was used between them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from billing.models import Bill, EarlierRead, Read
from billing.tests.factories import a_bill
from customers.models import Meter
from customers.tests.factories import a_meter, an_account

from .bad import BILL, READS, Bad, as_csv, as_xlsx
from .listed import bad_file

NUMBER = BILL["Mã khách hàng"]
INDEX = "Chỉ số"


class MeterTests(Bad):
    def setUp(self) -> None:
        super().setUp()
        self.account = an_account(number=NUMBER)
        self.meter = a_meter(account=self.account, serial="77", digits=5)
        self.today = timezone.localdate()

    def read(self, ago: int, index: Any) -> dict[str, Any]:
        day = self.today - timedelta(days=ago)
        return dict(
            zip(READS.split(","), (NUMBER, "77", f"{day:%d/%m/%Y}", index, "TT"), strict=True)
        )

    def load(self, *reads: tuple[int, Any]) -> Any:
        return self.through("reads", as_xlsx([self.read(*one) for one in reads]))

    def kwh(self) -> list[float]:
        return [wh / 1000 for wh in Read.objects.order_by("day").values_list("index_wh", flat=True)]

    @bad_file("meter-01")
    def test_roll_over_at_the_end_of_their_register(self) -> None:
        load = self.load((2, "99950"), (1, "120"))
        self.assertEqual((load.refused, self.kwh()), (0, [99950, 120]))
        self.assertEqual(Meter.objects.get().digits, 5)

    @bad_file("meter-02")
    def test_never_run_backwards(self) -> None:
        load = self.load((2, "45000"), (1, "44000,125"))
        self.assert_rows_refused(load, INDEX, ("44000,125", "lower than the day before"), first=3)
        self.assertEqual(self.kwh(), [45000])
        self.assert_told_nobody()

    @bad_file("meter-03")
    def test_show_figures_and_nothing_else(self) -> None:
        wrong = ("-5", "12,3456789", "1e9", "tạm tính", "")
        load = self.load(*((9 - n, value) for n, value in enumerate(wrong)), (1, "100,25"))
        words = ("at least", "three decimals", "shortened", "not a number", "empty")
        self.assert_rows_refused(load, INDEX, *zip(wrong, words, strict=True))
        self.assertEqual(self.kwh(), [100.25])

    @bad_file("meter-04")
    def test_differ_by_what_was_used(self) -> None:
        bill = BILL | {"Chỉ số đầu": "100", "Chỉ số cuối": "310", "Sản lượng (kWh)": "120"}
        load = self.preview("bills", as_xlsx([bill]))
        self.assert_rows_refused(load, "Sản lượng (kWh)", ("120", "differs from last index"))

    @bad_file("meter-05")
    def test_have_one_rate_here_and_other_columns_are_ignored(self) -> None:
        rates = {"BT": "100", "CĐ": "50", "TĐ": "10", "Tổng 3 giá": "999"}
        load = self.through("bills", as_xlsx([BILL | rates]))
        self.assertEqual(load.report["ignored"], list(rates))
        self.assertEqual(Bill.objects.get().usage_kwh, 220)

    @bad_file("meter-06")
    def test_say_nothing_by_themselves_of_unusual_use(self) -> None:
        still = [(60 - n, "1000") for n in range(40)]
        more = [(20 - n, str(1000 + 25 * n)) for n in range(10)]
        load = self.load(*still, *more, (9, "11225"))
        self.assertEqual((load.refused, Read.objects.count()), (0, 51))
        self.assert_told_nobody()

    @bad_file("meter-07")
    def test_have_one_index_a_day_in_whatever_order(self) -> None:
        load = self.load((3, "103"), (5, "101"), (3, "103"), (4, "102"), (1, "105"))
        self.assertEqual((self.kwh(), load.created), ([101, 102, 103, 105], 4))
        row = self.read(1, "5") | {"Ngày": "31/09/2026"}
        load = self.through("reads", as_csv([row]))
        self.assert_rows_refused(load, "Ngày", ("31/09/2026", "no such day"))

    @bad_file("meter-08")
    def test_are_corrected_beside_the_bill(self) -> None:
        bill = a_bill(account=self.account)
        before = Bill.objects.values().get(pk=bill.pk)
        self.load((2, "100"))
        self.load((2, "101"))
        self.assertEqual((self.kwh(), EarlierRead.objects.count()), ([101], 1))
        self.assertEqual(Bill.objects.values().get(pk=bill.pk), before)
