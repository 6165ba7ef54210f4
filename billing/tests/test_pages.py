"""The bills of an address: the list, one bill, and who sees them."""

from datetime import date, timedelta
from unittest.mock import patch

from django.test import TestCase
from django.urls import reverse

from billing.tests.factories import a_bill, a_fee, a_payment
from customers.models import AccountLink
from customers.tests.factories import (
    NOON,
    a_link,
    a_meter,
    a_superuser,
    a_user,
    an_account,
    an_auto_debit,
)
from customers.tests.pages import in_english

TODAY = NOON + timedelta(days=22)  # 24 November 2026
RIGHT = {"usage_kwh": 220, "net": 499_660, "total": 539_633}


class PagesTestCase(TestCase):
    def setUp(self) -> None:
        clock = patch("django.utils.timezone.now", return_value=TODAY)
        clock.start()
        self.addCleanup(clock.stop)
        in_english(self.client)
        self.account = an_account()
        a_meter(account=self.account)
        self.link = a_link(account=self.account)
        self.client.force_login(self.link.user)

    def get(self, name: str, *args: object):
        return self.client.get(reverse(name, args=[self.account.number, *args]))

    def page(self, name: str, *args: object) -> str:
        answer = self.get(name, *args)
        self.assertEqual(answer.status_code, 200)
        return answer.content.decode().replace("\u00a0", " ")

    def bill(self) -> str:
        return self.page("bill", date(2026, 10, 1))


class BillListTests(PagesTestCase):
    def test_shows_the_newest_first_with_its_state(self) -> None:
        a_bill(account=self.account, month=date(2026, 9, 1), paid_at=NOON)
        a_bill(account=self.account)
        page = self.page("bills")
        self.assertLess(page.index("Month 10/2026"), page.index("Month 09/2026"))
        self.assertIn("Overdue", page)
        self.assertIn("Paid", page)

    def test_says_what_will_stand_here(self) -> None:
        self.assertIn("No bill yet", self.page("bills"))

    def test_shows_nobody_elses(self) -> None:
        a_bill(total=987_654)
        self.assertNotIn("987.654", self.page("bills"))

    def test_costs_the_same_queries_for_any_number_of_bills(self) -> None:
        a_bill(account=self.account)
        self.page("bills")
        with self.assertNumQueries(6):
            self.page("bills")
        for month in range(1, 9):
            a_bill(account=self.account, month=date(2026, month, 1))
        with self.assertNumQueries(6):
            self.page("bills")

    def test_shows_the_fees_beside_the_bills_while_they_were_learned_in_ones_days(self) -> None:
        a_fee(account=self.account, what="Di dời công tơ", amount=385_000)
        a_fee(what="Của người khác")
        before = NOON - timedelta(days=40)
        a_fee(account=self.account, what="Của người trước", learned_at=before)
        self.link.moved_in_on = NOON.date() - timedelta(days=30)
        self.link.save()
        page = self.page("bills")
        self.assertIn("Di dời công tơ: 385.000 đ", page)
        self.assertNotIn("Của người", page)

    def test_is_paged(self) -> None:
        for month in range(1, 13):
            a_bill(account=self.account, month=date(2025, month, 1))
        a_bill(account=self.account)
        self.assertIn("page=2", self.page("bills"))


class BillTests(PagesTestCase):
    def test_shows_lines_that_add_up_to_it(self) -> None:
        a_bill(account=self.account, **RIGHT)
        page = self.bill()
        for figure in ("99.200", "102.500", "238.000", "59.960", "499.660 đ", "39.973 đ"):
            self.assertIn(figure, page)
        self.assertIn("Bill of 10/2026: 539.633 đ", page)
        self.assertIn("1279/QĐ-BCT", page)
        self.assertNotIn("Our own calculation differs", page)

    def test_says_plainly_where_we_work_out_another_total(self) -> None:
        a_bill(account=self.account, usage_kwh=220, total=540_633)
        self.assertIn(
            "The bill says 540.633 đ; we work out 539.633 đ, which is 1.000 đ less.",
            self.bill(),
        )

    def test_says_plainly_where_the_indexes_give_other_kwh(self) -> None:
        a_bill(account=self.account, usage_kwh=250)
        self.assertIn("The indexes give 220 kWh, the bill says 250 kWh.", self.bill())

    def test_asks_for_what_is_left_to_pay(self) -> None:
        bill = a_bill(account=self.account, due_on=date(2026, 12, 5), **RIGHT)
        a_payment(bill=bill, amount=139_633, collected_by="Ví điện tử")
        page = self.bill()
        self.assertIn("To pay: 400.000 đ", page)
        self.assertIn("139.633 đ", page)
        self.assertIn("Ví điện tử", page)

    def test_asks_for_nothing_when_it_is_paid(self) -> None:
        a_bill(account=self.account, paid_at=NOON)
        page = self.bill()
        self.assertIn("Paid", page)
        self.assertNotIn("To pay", page)

    def test_says_that_the_bank_pays(self) -> None:
        an_auto_debit(account=self.account)
        a_bill(account=self.account, due_on=date(2026, 12, 5))
        self.assertIn("Your bank will pay", self.bill())

    def test_gives_no_lines_where_the_hours_make_the_price(self) -> None:
        self.account.group, self.account.voltage = "business", "<6kV"
        self.account.save()
        a_bill(account=self.account)
        page = self.bill()
        self.assertIn("depends on the hours of use", page)
        self.assertNotIn("Our own calculation differs", page)

    def test_of_nothing_used_speaks_neither_of_hours_nor_of_payments(self) -> None:
        a_bill(account=self.account, usage_kwh=0, total=0, net=0, index_to_wh=31_970_000)
        page = self.bill()
        self.assertNotIn("depends on the hours of use", page)
        self.assertNotIn("None has reached us yet", page)

    def test_names_both_decisions_where_the_price_changed(self) -> None:
        a_bill(account=self.account, month=date(2025, 5, 1))
        page = self.page("bill", date(2025, 5, 1))
        self.assertIn("2699/QĐ-BCT (01/05/2025 – 09/05/2025)", page)
        self.assertIn("1279/QĐ-BCT (10/05/2025 – 31/05/2025)", page)

    def test_that_is_not_there_is_no_page(self) -> None:
        self.assertEqual(self.get("bill", date(2026, 10, 1)).status_code, 404)

    def test_asks_few_queries(self) -> None:
        a_payment(bill=a_bill(account=self.account))
        self.bill()
        with self.assertNumQueries(9):
            self.bill()


class RoleTests(PagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        a_bill(account=self.account)

    def codes(self, user) -> list[int]:
        self.client.force_login(user)
        return [self.get("bills").status_code, self.get("bill", date(2026, 10, 1)).status_code]

    def test_of_relative_sees_bills(self) -> None:
        link = a_link(account=self.account, role=AccountLink.Role.RELATIVE)
        self.assertEqual(self.codes(link.user), [200, 200])

    def test_of_viewer_stranger_and_staff_see_none(self) -> None:
        viewer = a_link(account=self.account, role=AccountLink.Role.VIEWER).user
        for user in (viewer, a_user(), a_superuser()):
            self.assertEqual(self.codes(user), [404, 404])
