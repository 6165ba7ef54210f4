"""What whoever starts the demo reads is of the day on which it is started."""

from datetime import date, timedelta

from django.test import TestCase

from billing.models import Bill
from billing.tests.factories import a_bill
from customers.tests.factories import NOON, an_account
from portal.demo import company

STARTED = date(2027, 3, 9)


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
