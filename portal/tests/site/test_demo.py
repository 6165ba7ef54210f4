"""What whoever starts the demo reads is of the day on which it is started."""

from datetime import date, timedelta

from django.test import TestCase

from billing.models import Bill
from billing.tests.factories import a_bill
from customers.models import Arrangement, WorkItem
from customers.tests.factories import NOON, a_member, an_account
from customers.tests.loading import refusals
from portal.demo import company

STARTED = date(2027, 3, 9)


class DebitsTests(TestCase):
    def test_tells_of_one_debit_and_two_that_failed_and_refuses_the_odd_rows(self) -> None:
        agent, supervisor = a_member("agent"), a_member("supervisor")
        for number, total in zip(company.DEBTORS, (258_962, 444_031, 307_800), strict=True):
            a_bill(account=an_account(number=number), total=total)
        a_bill(account=an_account(number="PE04010001026"), total=1_066_392)
        company.let_debit(by=agent, approver=supervisor)
        load = company.load_file("debits", company.DEBITS, released_by=supervisor)
        rows = [row for row, _column, _value, _why in refusals(load)]
        self.assertEqual((load.created, rows), (3, [5, 6, 7]))
        mandates = Arrangement.objects.order_by("mandate").values_list("mandate", flat=True)
        self.assertEqual(list(mandates), ["active", "cancelled", "failed"])
        work = WorkItem.objects.open().order_by("detail").values_list("detail", flat=True)
        self.assertEqual(list(work), ["closed", "funds"])


class BillAnewTests(TestCase):
    def test_lets_unpaid_bills_be_due_in_days_to_come_and_a_few_stay_late(self) -> None:
        home = a_bill(account=an_account(number=company.HOME))
        paid = a_bill(paid_at=NOON)
        others = [a_bill() for _ in range(company.STILL_LATE + 2)]
        company.bill_anew(on=STARTED)
        anew = Bill.objects.filter(issued_on=STARTED, due_on=STARTED + timedelta(days=7))
        self.assertEqual(set(anew), {home, *others[company.STILL_LATE :]})
        paid.refresh_from_db()
        self.assertLess(paid.due_on, STARTED)
