"""Days: read as the column and the workbook mean them, never guessed."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from billing.models import Bill, Read
from customers.tests.factories import a_meter, an_account
from portal.tests.lib.files import saved

from .bad import BILL, READS, Bad, as_csv, as_xlsx
from .listed import bad_file

NUMBER = BILL["Mã khách hàng"]
DAY = date(2026, 11, 23)


class DayTests(Bad):
    def setUp(self) -> None:
        super().setUp()
        a_meter(account=an_account(number=NUMBER), serial="77")

    def rows(self, *days: Any) -> list[dict[str, Any]]:
        values = ((NUMBER, "77", day, f"{n}", "TT") for n, day in enumerate(days, 100))
        return [dict(zip(READS.split(","), row, strict=True)) for row in values]

    def load(self, *days: Any) -> Any:
        return self.through("reads", as_xlsx(self.rows(*days)))

    def found(self) -> list[date]:
        return list(Read.objects.order_by("index_wh").values_list("day", flat=True))

    @bad_file("date-01")
    def test_a_serial_number_is_the_day_it_means(self) -> None:
        self.load(46349)
        self.assertEqual(self.found(), [DAY])

    @bad_file("date-02")
    def test_the_calendar_of_1904_is_followed(self) -> None:
        book = Workbook()
        book.epoch = CALENDAR_MAC_1904
        book.active.append(READS.split(","))
        book.active.append([NUMBER, "77", 44887, "100", "TT"])
        self.through("reads", saved(book))
        self.assertEqual(self.found(), [DAY])

    @bad_file("date-03")
    def test_a_time_of_day_never_rounds_up(self) -> None:
        self.load(46348.999999, 46349.5)
        self.assertEqual(self.found(), [DAY - timedelta(days=1), DAY])

    @bad_file("date-04")
    def test_the_day_stands_before_the_month_or_the_file_stops(self) -> None:
        self.load("03/04/2026")
        self.assertEqual(self.found(), [date(2026, 4, 3)])
        mixed = as_xlsx(self.rows("03/04/2026", "04/13/2026"))
        self.assert_refused(mixed, "month before the day", kind="reads")

    @bad_file("date-05")
    def test_the_forms_are_a_written_list(self) -> None:
        load = self.load(
            "20-11-2026", "21.11.2026", "2026-11-22", "20261123", "23 tháng 11 năm 2026",
            "23/11/26", "23/11/2569",
        )  # fmt: skip
        self.assertEqual(self.found(), [DAY - timedelta(days=n) for n in (3, 2, 1, 0)])
        words = ("written like 23/11/2026", "four digits", "2569 cannot be right")
        self.assert_rows_refused(load, "Ngày", *(("x", word) for word in words), first=6)

    @bad_file("date-06")
    def test_a_moment_elsewhere_is_a_day_here(self) -> None:
        self.load("2026-11-22T17:00:00Z")
        self.assertEqual(self.found(), [DAY])

    @bad_file("date-07", "date-08")
    def test_of_the_future_or_long_past_refuse_the_row(self) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        load = self.load(f"{tomorrow:%d/%m/%Y}")
        self.assert_rows_refused(load, "Ngày", ("x", "lies after"))
        month = (tomorrow + timedelta(days=31)).replace(day=1)
        for issued, word in ((month, "lies after"), (date(2062, 1, 1), "lies after|cannot be"),
                             (date(1999, 11, 1), "lies before|cannot be")):  # fmt: skip
            row = BILL | {"Ngày phát hành": f"{issued:%d/%m/%Y}"}
            if issued > tomorrow:
                row["Hạn thanh toán"] = f"{issued + timedelta(days=9):%d/%m/%Y}"
            load = self.preview("bills", as_csv([row]))
            self.assertEqual(list(self.refusals(load)), [2])
            notes = load.notes.filter(column="Ngày phát hành").values_list("why", flat=True)
            self.assertRegex(" ".join(notes), word)
        self.assertFalse(Bill.objects.exists())
        self.assert_told_nobody()
