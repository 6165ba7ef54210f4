"""The page of one address: its answer in a sentence, its gaps said plainly, its days for few."""

from datetime import date, timedelta
from unittest.mock import patch

from django.test import TestCase
from django.urls import reverse

from billing.tests.factories import a_bill, a_read, some_reads
from customers.models import AccountLink
from customers.tests.factories import NOON, a_link, a_meter, a_superuser, a_user, an_account
from customers.tests.pages import in_english

TODAY = NOON + timedelta(days=22)  # 24 November 2026
LAST_OF_OCTOBER = date(2026, 10, 31)


class AddressTestCase(TestCase):
    def setUp(self) -> None:
        clock = patch("django.utils.timezone.now", return_value=TODAY)
        clock.start()
        self.addCleanup(clock.stop)
        in_english(self.client)
        self.account = an_account()
        self.meter = a_meter(account=self.account)

    def login(self, role: str = AccountLink.Role.HOLDER) -> None:
        self.client.force_login(a_link(account=self.account, role=role).user)

    def read(self, *, steps_wh: list[int] | None = None, from_day: date = LAST_OF_OCTOBER) -> None:
        some_reads(meter=self.meter, from_day=from_day, steps_wh=steps_wh or [7000] * 20)

    def get(self, query: str = ""):
        return self.client.get(reverse("address", args=[self.account.number]) + query)

    def page(self, query: str = "") -> str:
        answer = self.get(query)
        self.assertEqual(answer.status_code, 200)
        return answer.content.decode().replace("\u00a0", " ")


class HeadlineTests(AddressTestCase):
    def test_tells_the_use_and_its_cost_first(self) -> None:
        self.login()
        self.read()
        self.assertIn("<h1>This month until 20/11: 140 kWh, 320.652 đ</h1>", self.page())

    def test_leaves_money_out_where_the_hours_make_the_price(self) -> None:
        self.account.group, self.account.voltage = "business", "<6kV"
        self.account.save()
        self.login()
        self.read()
        page = self.page()
        self.assertIn("<h1>This month until 20/11: 140 kWh</h1>", page)
        self.assertNotIn(" đ<", page)

    def test_says_so_where_nothing_is_known(self) -> None:
        self.login()
        page = self.page()
        self.assertIn("<h1>This month: no data yet</h1>", page)
        self.assertNotIn("<svg role", page)

    def test_is_that_of_the_bill_in_a_month_that_is_billed(self) -> None:
        self.login()
        a_bill(account=self.account)
        self.read(steps_wh=[7000] * 31, from_day=date(2026, 9, 30))
        page = self.page("?month=2026-10")
        self.assertIn("<h1>Month 10/2026: 220 kWh, 701.525 đ</h1>", page)
        self.assertIn("The days add up to 217 kWh, the bill says 220 kWh.", page)


class SentencesTests(AddressTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.login()

    def test_tell_how_far_it_is_to_the_next_step(self) -> None:
        self.read()
        self.assertIn("60 kWh to step 4, about 29/11 at this pace", self.page())

    def test_tell_the_last_step_where_there_is_no_next(self) -> None:
        self.read(steps_wh=[30_000] * 20)
        self.assertIn("You are in step 6, the last one: 3.460 đ", self.page())

    def test_set_the_last_day_beside_an_ordinary_one(self) -> None:
        self.read(steps_wh=[7000] * 22 + [8200])
        self.assertIn(
            "Yesterday: 8,2 kWh, 1,2 kWh more than on ordinary days of the last four weeks.",
            self.page(),
        )

    def test_name_the_day_when_it_was_not_yesterday(self) -> None:
        self.read()
        self.assertIn(
            "On 20/11/2026: 7 kWh, as on an ordinary day of the last four weeks.", self.page()
        )

    def test_tell_the_likely_bill_as_a_range_with_its_test(self) -> None:
        some_reads(
            meter=self.meter,
            from_day=date(2026, 8, 31),
            steps_wh=[6000, 9000, 7000, 5000, 8000, 7500, 6500, 4000] * 10 + [7000],
        )
        page = self.page()
        self.assertRegex(page, r"The whole period: <b>about [\d.]+000 đ to [\d.]+000 đ</b>")
        self.assertIn("Tried on your last 2 complete months", page)

    def test_say_until_when_there_is_data(self) -> None:
        self.read()
        self.assertIn("Data until 20/11/2026.", self.page())

    def test_say_that_the_meter_rolled_over(self) -> None:
        a_read(meter=self.meter, day=LAST_OF_OCTOBER, index_wh=999_998_000)
        a_read(meter=self.meter, day=date(2026, 11, 1), index_wh=4_000)
        page = self.page()
        self.assertIn("until 01/11: 6 kWh", page)
        self.assertIn("The meter passed its highest figure", page)


class GapTests(AddressTestCase):
    def test_is_told_as_one_sum_of_several_days_and_no_zero(self) -> None:
        self.login()
        self.read(steps_wh=[7000] * 20)
        self.meter.reads.filter(day__in=[date(2026, 11, 5), date(2026, 11, 6)]).delete()
        page = self.page()
        self.assertIn("From 05/11/2026 to 07/11/2026 (3 days together): 21 kWh.", page)
        self.assertIn("until 20/11: 140 kWh", page)
        self.assertEqual(page.count('class="missing" x='), 3 + 1)  # three days, one legend
        self.assertNotIn(" 0 kWh", page)

    def test_at_the_edge_of_the_period_is_not_counted(self) -> None:
        self.login()
        self.read(from_day=date(2026, 10, 29), steps_wh=[7000] * 20)
        self.meter.reads.filter(day__in=[LAST_OF_OCTOBER, date(2026, 11, 1)]).delete()
        page = self.page()
        self.assertIn("From 31/10/2026 to 02/11/2026 (3 days together): 21 kWh.", page)
        self.assertIn("Some of these days belong to another period", page)

    def test_without_any_sum_is_counted_in_days(self) -> None:
        self.login()
        self.read(steps_wh=[7000] * 29, from_day=date(2026, 9, 30))
        page = self.page("?month=2026-10")
        self.assertIn("<h1>Month 10/2026 until 29/10: 203 kWh", page)
        self.assertIn("2 days have no data yet and are not counted.", page)

    def test_is_no_gap_where_a_day_is_estimated(self) -> None:
        self.login()
        self.read()
        self.meter.reads.filter(day=date(2026, 11, 20)).update(quality="estimated")
        page = self.page()
        self.assertEqual(page.count('class="estimated" x='), 1 + 1)
        self.assertIn("until 20/11: 140 kWh", page)


class MonthTests(AddressTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.login()
        self.read(steps_wh=[7000] * 81, from_day=date(2026, 8, 31))

    def test_leads_to_the_one_before_and_back(self) -> None:
        self.assertIn("?month=2026-10", self.page())
        october = self.page("?month=2026-10")
        self.assertIn("?month=2026-09", october)
        self.assertRegex(october, rf'rel="next"\s+href="/accounts/{self.account.number}/"')

    def test_that_is_none_or_in_the_future_is_no_page(self) -> None:
        for query in ("?month=2026-13", "?month=abc", "?month=2027-02", "?month=1999-01"):
            self.assertEqual(self.get(query).status_code, 404, query)

    def test_without_data_says_so(self) -> None:
        self.assertIn("<h1>Month 03/2026: no data yet</h1>", self.page("?month=2026-03"))

    def test_that_is_over_but_not_billed_says_whose_calculation_it_shows(self) -> None:
        page = self.page("?month=2026-10")
        self.assertIn("<h1>Month 10/2026: 217 kWh, 529.919 đ</h1>", page)
        self.assertIn("There is no bill of this period yet", page)

    def test_list_shows_billed_and_read_months_apart(self) -> None:
        a_bill(account=self.account)
        page = self.page("?view=months")
        self.assertIn("30/11/2026 · so far", page)
        self.assertIn("140 kWh", page)
        self.assertIn("701.525 đ", page)
        self.assertIn("210 kWh", page)
        self.assertIn("no bill yet", page)


class RoleTests(AddressTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.read(steps_wh=[7100] * 81, from_day=date(2026, 8, 31))
        a_bill(account=self.account)

    def test_of_household_sees_the_days(self) -> None:
        self.login(AccountLink.Role.HOUSEHOLD)
        self.assertIn("<svg role", self.page())

    def test_of_relative_and_viewer_see_whole_months_only(self) -> None:
        for role in (AccountLink.Role.RELATIVE, AccountLink.Role.VIEWER):
            self.login(role)
            for query in ("", "?month=2026-11", "?view=days"):
                page = self.page(query)
                self.assertIn("<h1>Month 10/2026: 220 kWh, 701.525 đ</h1>", page)
                self.assertNotIn("<svg role", page)
                self.assertNotIn("7,1 kWh, ", page)
                self.assertNotIn("142 kWh", page)  # the running month would tell the days

    def test_of_relative_leads_to_bills_and_of_viewer_does_not(self) -> None:
        bills = reverse("bills", args=[self.account.number])
        self.login(AccountLink.Role.RELATIVE)
        self.assertIn(bills, self.page())
        self.login(AccountLink.Role.VIEWER)
        self.assertNotIn(bills, self.page())

    def test_of_stranger_and_staff_find_nothing_as_if_there_were_nothing(self) -> None:
        for user in (a_user(), a_superuser()):
            self.client.force_login(user)
            theirs = self.get()
            nobodys = self.client.get(reverse("address", args=["PE99999999999"]))
            self.assertEqual((theirs.status_code, nobodys.status_code), (404, 404))


class SwitchTests(AddressTestCase):
    def test_leads_to_the_same_page_of_the_other_address(self) -> None:
        link = a_link(account=self.account)
        other = a_link(user=link.user, nickname="Nhà mẹ").account
        self.client.force_login(link.user)
        page = self.page()
        self.assertIn(f'href="/accounts/{other.number}/"', page)
        self.assertIn("Nhà mẹ", page)

    def test_leads_where_the_role_there_opens(self) -> None:
        link = a_link(account=self.account)
        other = a_link(user=link.user, role=AccountLink.Role.VIEWER).account
        self.client.force_login(link.user)
        page = self.client.get(reverse("bills", args=[self.account.number])).content.decode()
        self.assertIn(f'href="/accounts/{other.number}/"', page)
        self.assertNotIn(f"/accounts/{other.number}/bills/", page)


class WeightTests(AddressTestCase):
    def test_asks_few_queries_and_is_small(self) -> None:
        self.login()
        self.read(steps_wh=[7000] * 81, from_day=date(2026, 8, 31))
        a_bill(account=self.account)
        self.page()
        with self.assertNumQueries(9):
            answer = self.get()
        self.assertLess(len(answer.content), 30_000)


class ComparedTests(AddressTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.login()

    def test_holds_as_many_days_of_the_last_period_against_this_one(self) -> None:
        self.read(steps_wh=[5000] * 31 + [7000] * 20, from_day=date(2026, 9, 30))
        page = self.page()
        self.assertIn("40 kWh more than on the same 20 days of the last period.", page)
        self.assertIn("On average 7 kWh a day, which costs 16.033 đ.", page)

    def test_holds_the_same_weekdays_of_last_year_against_it(self) -> None:
        self.read(steps_wh=[9000] * 40, from_day=date(2025, 10, 20))
        last = date(2025, 11, 29)
        index = 31_970_000 + 40 * 9000
        a_read(meter=self.meter, day=date(2026, 10, 31), index_wh=index + 1000)
        for number in range(1, 21):
            day = date(2026, 10, 31) + timedelta(days=number)
            a_read(meter=self.meter, day=day, index_wh=index + 1000 + number * 7000)
        page = self.page()
        self.assertIn("40 kWh less than on 20 such days last year.", page)
        self.assertLess(last, TODAY.date())

    def test_names_the_highest_and_the_lowest_day(self) -> None:
        self.read(steps_wh=[7000, 9000, 2000, 7000])
        self.assertIn("Most on 02/11/2026: 9 kWh. Least on 03/11/2026: 2 kWh.", self.page())

    def test_says_that_the_base_has_risen(self) -> None:
        self.read(steps_wh=[3000] * 28 + [5000] * 28, from_day=date(2026, 9, 28))
        self.assertIn("Even on quiet days you now use 5 kWh, 2 kWh more", self.page())

    def test_says_nothing_where_nothing_is_known(self) -> None:
        page = self.page()
        self.assertNotIn("On average", page)
        self.assertNotIn("last period", page)
