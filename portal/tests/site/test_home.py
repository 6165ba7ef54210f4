"""The first page: who sees what of which address, and in what order."""

from datetime import date, timedelta
from unittest.mock import patch

from django.test import TestCase
from django.urls import reverse

from billing.models import Bill
from billing.tests.factories import LOADED, a_bill, a_fee, a_payment, some_reads
from customers.models import AccountLink, User
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
from notifications.models import Channel
from notifications.tests.factories import a_dispatch, a_notice

TODAY = NOON + timedelta(days=22)  # 24 November 2026
RELATIVE, VIEWER = AccountLink.Role.RELATIVE, AccountLink.Role.VIEWER


class HomeTestCase(TestCase):
    def setUp(self) -> None:
        clock = patch("django.utils.timezone.now", return_value=TODAY)
        clock.start()
        self.addCleanup(clock.stop)
        in_english(self.client)
        self.account = an_account()
        self.user = a_user()

    def link(self, **fields) -> AccountLink:
        return a_link(**{"account": self.account, "user": self.user, **fields})

    def read(self, wh: int = 7000, days: int = 20) -> None:
        meter = a_meter(account=self.account)
        some_reads(meter=meter, from_day=date(2026, 10, 31), steps_wh=[wh] * days)

    def page(self, user: User | None = None) -> str:
        self.client.force_login(user or self.user)
        return self.client.get(reverse("home")).content.decode().replace("\u00a0", " ")


class WelcomeTests(HomeTestCase):
    def test_greets_whoever_is_not_signed_in_and_leads_to_the_way_in(self) -> None:
        page = self.client.get(reverse("home"))
        self.assertContains(page, reverse("account_login"))
        self.assertContains(page, "1900 54 54 54")


class HomeTests(HomeTestCase):
    def test_tells_how_to_link_an_address_where_there_is_none(self) -> None:
        page = self.page()
        self.assertIn("Your home will stand here", page)
        self.assertIn("tel:1900545454", page)

    def test_shows_the_use_so_far_of_each_address(self) -> None:
        self.link(nickname="Nhà mẹ")
        self.read()
        page = self.page()
        self.assertIn("Nhà mẹ", page)
        self.assertIn("140 kWh", page)
        self.assertIn("until 20/11", page)

    def test_says_so_where_nothing_is_known(self) -> None:
        self.link()
        page = self.page()
        self.assertIn("no data yet", page)
        self.assertNotIn(" 0 kWh", page)

    def test_shows_nothing_of_anybody_elses_address(self) -> None:
        self.link()
        self.assertNotIn(self.account.number, self.page(a_user()))

    def test_does_not_list_every_account_for_staff(self) -> None:
        self.assertNotIn(self.account.number, self.page(a_superuser()))

    def test_shows_a_relative_the_last_month_instead_of_the_running_one(self) -> None:
        self.read()
        a_bill(account=self.account)
        self.link(role=RELATIVE)
        page = self.page()
        self.assertIn("220 kWh", page)
        self.assertNotIn("140 kWh", page)

    def test_costs_the_same_queries_for_five_addresses_as_for_one(self) -> None:
        self.link()
        self.page()
        with self.assertNumQueries(13):
            self.page_again()
        for _number in range(4):
            a_link(account=a_bill().account, user=self.user)
        with self.assertNumQueries(13):
            self.page_again()

    def test_says_which_fees_can_be_paid_in_time_to_who_may_see_bills(self) -> None:
        self.link()
        a_fee(account=self.account, what="Di dời công tơ", due_on=date(2026, 12, 13))
        a_fee(account=self.account, what="Thay công tơ", due_on=date(2026, 11, 1))
        page = self.page()
        self.assertIn("Di dời công tơ: 385.000 đ", page)
        self.assertNotIn("Thay công tơ", page)
        self.assertNotIn("nothing to pay", page)
        viewer = a_link(account=self.account, role=VIEWER).user
        self.assertNotIn("385.000", self.page(viewer))

    def page_again(self) -> None:
        self.assertEqual(self.client.get(reverse("home")).status_code, 200)

    def test_is_small(self) -> None:
        for _number in range(10):
            a_link(account=a_bill().account, user=self.user)
        self.assertLess(len(self.page().encode()), 30_000)


class DueTests(HomeTestCase):
    def test_comes_first_with_amount_day_and_address(self) -> None:
        self.link(nickname="Nhà mẹ")
        a_bill(account=self.account, due_on=date(2026, 12, 5))
        page = self.page()
        self.assertIn("alert--warning", page)
        self.assertIn("To pay: 701.525 đ", page)
        self.assertIn("Nhà mẹ: 701.525 đ, by the end of 05/12/2026", page)
        self.assertLess(page.index("To pay"), page.index(self.account.number))

    def test_says_how_late_it_is(self) -> None:
        self.link()
        a_bill(account=self.account)
        page = self.page()
        self.assertIn("alert--error", page)
        self.assertIn("was due on 05/11/2026, 19 days ago", page)

    def test_leaves_out_what_came_in_already(self) -> None:
        self.link()
        bill = a_bill(account=self.account, due_on=date(2026, 12, 5))
        a_payment(bill=bill, amount=200_000)
        self.assertIn("To pay: 501.525 đ", self.page())

    def test_does_not_ask_for_what_the_bank_pays(self) -> None:
        self.link()
        an_auto_debit(account=self.account)
        a_bill(account=self.account, due_on=date(2026, 12, 5))
        page = self.page()
        self.assertIn("Your bank will pay: 701.525 đ", page)
        self.assertNotIn("To pay", page)

    def test_asks_for_what_is_due_before_the_bank_may_take_money(self) -> None:
        self.link()
        first = date(2026, 12, 6)
        an_auto_debit(account=self.account, starts_on=first)
        a_bill(account=self.account, due_on=date(2026, 12, 5))
        self.assertIn("To pay: 701.525 đ", self.page())
        Bill.objects.update(due_on=first)
        self.assertIn("Your bank will pay: 701.525 đ", self.page())

    def test_names_no_bank_to_who_left_the_place(self) -> None:
        self.link(moved_out_on=date(2026, 11, 20))
        an_auto_debit(account=self.account)
        a_bill(account=self.account, due_on=date(2026, 12, 5))
        page = self.page()
        self.assertIn("To pay: 701.525 đ", page)
        self.assertNotIn("Your bank will pay", page)

    def test_asks_for_it_once_the_bank_is_late(self) -> None:
        self.link()
        an_auto_debit(account=self.account)
        a_bill(account=self.account)
        self.assertIn("Overdue: 701.525 đ", self.page())

    def test_sums_up_and_names_the_most_urgent(self) -> None:
        for number in range(5):
            a_link(account=a_bill(total=100_000 + number).account, user=self.user)
        page = self.page()
        self.assertIn("Overdue: 500.010 đ", page)
        self.assertIn("and 2 more bills", page)

    def test_is_nothing_when_all_is_paid(self) -> None:
        self.link()
        a_bill(account=self.account, paid_at=LOADED)
        self.assertIn("There is nothing to pay now.", self.page())

    def test_is_shown_to_a_relative_and_not_to_a_viewer(self) -> None:
        a_bill(account=self.account)
        viewer = a_user()
        self.link(role=RELATIVE)
        self.link(role=VIEWER, user=viewer)
        self.assertIn("Overdue", self.page())
        self.assertNotIn("Overdue", self.page(viewer))


class NewestNoticesTests(HomeTestCase):
    def told(self, **fields):
        notice = a_notice(account=self.account, **fields)
        a_dispatch(notice=notice, channel=Channel.INBOX, status="accepted")
        return notice

    def test_are_counted_while_unread(self) -> None:
        self.link()
        self.told()
        page = self.page()
        self.assertIn("1 new notice", page)
        self.assertIn("Electricity bill of 10/2026", page)

    def test_are_shown_without_a_count_once_read(self) -> None:
        self.link()
        self.told(read_at=NOON)
        page = self.page()
        self.assertIn("Newest notices", page)
        self.assertNotIn("not read yet", page)

    def test_are_not_for_viewers(self) -> None:
        self.told()
        self.link(role=VIEWER)
        self.assertNotIn("Electricity bill of 10/2026", self.page())
