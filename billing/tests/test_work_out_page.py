"""Anyone works out a bill from figures alone."""

from datetime import timedelta
from unittest.mock import patch

from django.test import TestCase
from django.urls import reverse
from django.utils.translation import override

from billing.rated_words import supply
from customers.tests.factories import NOON
from customers.tests.pages import in_english

OCTOBER = {"starts_on": "2026-10-01", "last_on": "2026-10-31"}


class WorkOutPageTests(TestCase):
    def setUp(self) -> None:
        clock = patch("django.utils.timezone.now", return_value=NOON + timedelta(days=22))
        clock.start()
        self.addCleanup(clock.stop)
        in_english(self.client)

    def page(self, **query: str) -> str:
        answer = self.client.get(reverse("work_out"), query)
        self.assertEqual(answer.status_code, 200)
        return answer.content.decode().replace("\u00a0", " ")

    def home(self, **query: str) -> str:
        return self.page(**{"kwh": "200", "households": "1", **OCTOBER, **query})

    def test_is_open_to_everyone_and_begins_with_this_month(self) -> None:
        page = self.page()
        self.assertIn('value="2026-11-01"', page)
        self.assertIn('value="2026-11-30"', page)

    def test_gives_the_same_as_the_bill_of_such_a_month(self) -> None:
        page = self.home()
        self.assertIn("200 kWh cost 474.876 đ", page)
        self.assertIn("Step 3", page)
        self.assertIn("1279/QĐ-BCT", page)

    def test_gives_two_households_two_shares_of_the_cheap_steps(self) -> None:
        self.assertNotIn("474.876", self.home(households="2"))
        self.assertIn("200 kWh cost", self.home(households="1,25"))

    def test_reads_days_as_people_write_them(self) -> None:
        self.assertIn("474.876", self.home(starts_on="01/10/2026", last_on="31/10/2026"))

    def test_names_the_field_and_keeps_what_was_typed(self) -> None:
        for field, wrong in (
            ("kwh", "-1"),
            ("kwh", "1e12"),
            ("kwh", "abc"),
            ("households", "0"),
            ("households", "NaN"),
            ("households", "1000001"),
            ("starts_on", "31/02/2026"),
            ("last_on", "2026-09-30"),
            ("last_on", "2999-01-01"),
        ):
            page = self.home(**{field: wrong})
            self.assertIn(f'href="#id_{field}"', page, (field, wrong))
            self.assertIn(f'value="{wrong}"', page, (field, wrong))
            self.assertNotIn("VAT included", page)

    def test_says_where_there_is_no_price(self) -> None:
        page = self.home(starts_on="1990-01-01", last_on="1990-01-31")
        self.assertIn("We hold no prices for these days.", page)

    def test_prices_a_shop_by_its_hours(self) -> None:
        page = self.page(
            **{"for": "other", "supply": "business|<6kV", "normal": "100", "peak": "20"},
            offpeak="30",
            **OCTOBER,
        )
        for line in ("Standard hours", "Peak hours", "Off-peak hours"):
            self.assertIn(line, page)

    def test_offers_only_what_is_priced_today(self) -> None:
        page = self.page(**{"for": "other"})
        self.assertIn("Business, below 6 kV", page)
        self.assertNotIn("prepaid", page)

    def test_keeps_nothing_and_asks_the_prices_alone(self) -> None:
        self.home()
        with self.assertNumQueries(1):
            self.home()

    def test_needs_no_figures_of_an_empty_month(self) -> None:
        self.assertIn("0 kWh cost 0 đ", self.home(kwh="0"))


class SupplyTests(TestCase):
    def setUp(self) -> None:
        english = override("en")
        english.__enter__()
        self.addCleanup(english.__exit__, None, None, None)

    def test_says_voltages_in_words(self) -> None:
        self.assertIn("below 6 kV", supply("business", "<6kV"))
        self.assertIn("6 kV to below 22 kV", supply("business", "6-<22kV"))
        self.assertIn("110 kV and above", supply("production", ">=110kV"))

    def test_leaves_out_a_voltage_that_does_not_matter(self) -> None:
        self.assertNotIn(",", supply("residential", ""))
