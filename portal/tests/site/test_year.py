"""The use of an address over a year, beside the year before: on the page and as a file."""

from datetime import date

from django.urls import reverse

from billing.tests.factories import a_bill
from customers.models import AccountLink
from customers.tests.factories import a_link, a_superuser, a_user, an_account
from portal.tests.site.test_address import AddressTestCase

YEAR = "?view=year"


class YearTestCase(AddressTestCase):
    """January to October 2026 are billed with 220 kWh each, 2025 with 200."""

    def setUp(self) -> None:
        super().setUp()
        for month in range(1, 13):
            a_bill(account=self.account, month=date(2025, month, 1), usage_kwh=200, total=400_000)
        for month in range(1, 11):
            a_bill(account=self.account, month=date(2026, month, 1), usage_kwh=220, total=500_000)

    def file(self, query: str = "") -> list[str]:
        answer = self.client.get(reverse("year_file", args=[self.account.number, "csv"]) + query)
        self.assertEqual(answer.status_code, 200)
        return b"".join(answer).decode("utf-8-sig").splitlines()


class YearTests(YearTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.login()

    def test_adds_up_and_holds_equal_months_against_each_other(self) -> None:
        page = self.page(YEAR)
        self.assertIn("<h1>Year 2026, 10 months known: 2.200 kWh, 5.000.000 đ</h1>", page)
        self.assertIn("In 10 months that are known of both years: 2.200 kWh, and 2.000 kWh", page)
        self.assertIn("That is 200 kWh (10%) more.", page)

    def test_draws_and_lists_every_month(self) -> None:
        page = self.page(YEAR)
        self.assertEqual(page.count('class="measured" x='), 10)
        self.assertEqual(page.count('class="before" x='), 12 + 1)  # and one in the legend
        self.assertIn("<title>12/2025: 200 kWh</title>", page)
        self.assertEqual(page.count("+20 kWh"), 10)
        self.assertEqual(page.count('scope="row"'), 12)

    def test_counts_the_running_month_but_compares_it_with_nothing(self) -> None:
        self.read()  # 140 kWh in twenty days of November
        page = self.page(YEAR)
        self.assertIn("Year 2026, 11 months known: 2.340 kWh<", page)
        self.assertIn("not every day", page)
        self.assertIn("In 10 months", page)

    def test_leads_to_the_years_beside_it(self) -> None:
        self.assertIn("year=2025", self.page(YEAR))
        page = self.page(f"{YEAR}&year=2025")
        self.assertIn("<h1>Year 2025: 2.400 kWh, 4.800.000 đ</h1>", page)
        self.assertIn("no month yet that could be held", page)
        self.assertIn("year=2026", page)
        self.assertNotIn("year=2024", page)

    def test_knows_no_year_that_is_none(self) -> None:
        for year in ("2027", "x", "99", "20260", "-2026", "²026"):
            self.assertEqual(self.get(f"{YEAR}&year={year}").status_code, 404, year)

    def test_says_so_where_nothing_is_known(self) -> None:
        other = an_account()
        self.client.force_login(a_link(account=other).user)
        page = self.client.get(reverse("address", args=[other.number]) + YEAR)
        self.assertContains(page, "Year 2026: no data yet")
        self.assertNotContains(page, "<svg role")

    def test_is_taken_along_as_a_file(self) -> None:
        lines = self.file()
        self.assertEqual(len(lines), 13)
        self.assertEqual(lines[1], "2026-01;220,000;500000;yes;200,000;400000")
        self.assertEqual(lines[12], "2026-12;;;;200,000;400000")
        self.assertEqual(self.file("?year=2025")[1], "2025-01;200,000;400000;yes;;")

    def test_costs_the_same_queries_for_any_number_of_bills(self) -> None:
        self.get(YEAR)
        with self.assertNumQueries(7):
            self.get(YEAR)
        with self.assertNumQueries(7):
            self.get(f"{YEAR}&year=2024")


class AccessTests(YearTestCase):
    def test_shows_whole_months_to_whoever_sees_totals(self) -> None:
        self.read()
        self.login(AccountLink.Role.VIEWER)
        page = self.page(YEAR)
        self.assertIn("Year 2026, 10 months known: 2.200 kWh", page)
        self.assertNotIn("140 kWh", page)
        self.assertNotIn("By day", page)
        self.assertEqual(self.file()[11], "2026-11;;;;200,000;400000")

    def test_shows_a_tenant_their_own_months(self) -> None:
        link = a_link(account=self.account, moved_in_on=date(2026, 5, 1))
        self.client.force_login(link.user)
        self.assertIn("Year 2026, 6 months known: 1.320 kWh", self.page(YEAR))
        self.assertEqual(self.file()[4], "2026-04;;;;;")

    def test_shows_nothing_to_strangers_and_staff(self) -> None:
        for user in (a_user(), a_superuser()):
            self.client.force_login(user)
            self.assertEqual(self.get(YEAR).status_code, 404)
            url = reverse("year_file", args=[self.account.number, "csv"])
            self.assertEqual(self.client.get(url).status_code, 404)
