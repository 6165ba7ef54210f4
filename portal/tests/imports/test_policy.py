"""What becomes of a file with bad rows, of last month's, and of a test."""

from django.utils import timezone
from openpyxl import load_workbook

from billing.models import Bill, Payment
from customers.models import Account
from customers.services.loads import files
from customers.tests.factories import an_account
from notifications.models import Notice
from notifications.services import planning

from .bad import BILL, PAYMENT, Bad, as_csv, as_xlsx, customers
from .listed import bad_file


class SomeBadRowsTests(Bad):
    def rows(self, good: int, bad: int) -> bytes:
        an_account(number=PAYMENT["Mã khách hàng"])
        rows = [PAYMENT | {"Mã giao dịch": f"GD{n}"} for n in range(good + bad)]
        return as_csv(rows[:good] + [row | {"Số tiền": "x"} for row in rows[good:]])

    @bad_file("policy-01")
    def test_few_are_listed_and_come_back_as_a_file(self) -> None:
        load = self.preview("payments", self.rows(495, 5))
        found = self.refusals(load)
        self.assertEqual(set(found), set(range(497, 502)))
        self.assertEqual(set(found.values()), {("Số tiền", "x", "This is not a number.")})
        self.assertEqual((load.needs_second, self.apply(load).state), (False, "done"))
        self.assertEqual(Payment.objects.count(), 495)
        sheet = load_workbook(files.mending_path(load.pk)).active
        self.assertEqual(sheet.max_row, 6)

    @bad_file("policy-02")
    def test_many_wait_for_a_second_person(self) -> None:
        load = self.apply(self.preview("payments", self.rows(80, 20)))
        self.assertEqual((load.state, Payment.objects.count()), ("waiting", 0))


class KnownFileTests(Bad):
    @bad_file("policy-03")
    def test_that_comes_under_a_new_name_waits_and_tells_nobody(self) -> None:
        rows = []
        for n in range(30):
            number = f"PE01{n:09}"
            an_account(number=number)
            rows.append(BILL | {"Mã khách hàng": number})
        self.through("bills", as_csv(rows))
        told = self.planned()
        load = self.apply(self.preview("bills", as_csv(rows, mark=",")))
        self.assertIn("known", [doubt["code"] for doubt in load.report["doubts"]])
        self.assertEqual((load.state, load.created, load.updated), ("waiting", 0, 0))
        self.assertEqual(self.planned(), told)
        self.assertEqual(Bill.objects.count(), 30)

    def planned(self) -> set[int]:
        planning.plan_due(at=timezone.now())
        return set(Notice.objects.values_list("pk", flat=True))


class TestFileTests(Bad):
    @bad_file("policy-04")
    def test_has_no_special_power(self) -> None:
        rows = customers({"Tên khách hàng": "Nguyen Van Test", "Mã khách hàng": "TEST"},
                         {"Tên khách hàng": "Nguyen Van Test"})  # fmt: skip
        load = self.preview("accounts", as_xlsx(rows))
        self.assert_rows_refused(load, "Mã khách hàng", ("TEST", "P, a letter"))
        load = self.apply(load)
        self.assertEqual((load.state, Account.objects.count()), ("waiting", 0))
