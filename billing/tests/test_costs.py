"""What a use costs so far, and where it stands in the steps."""

from datetime import date
from decimal import Decimal
from unittest import TestCase

from billing import costs
from billing.costs import Supply
from billing.tariff_files import shipped_price_book
from portal.lib.periods import Period

NOVEMBER = Period.of_month(date(2026, 11, 1))
HOME = Supply("residential", "", Decimal(1))
SHOP = Supply("business", "<6kV", Decimal(1))


def place(wh: int, *, supply: Supply = HOME, period: Period = NOVEMBER) -> costs.StepPlace | None:
    return costs.place_in_steps(supply, period, wh=wh, book=shipped_price_book())


class RatedTests(TestCase):
    def test_is_the_bill_of_so_many_kwh_in_the_whole_period(self) -> None:
        found = costs.rated(HOME, NOVEMBER, kwh=134, book=shipped_price_book())
        self.assertEqual(found.total, 305_230)

    def test_is_unknown_where_the_hours_make_the_price(self) -> None:
        self.assertIsNone(costs.rated(SHOP, NOVEMBER, kwh=134, book=shipped_price_book()))

    def test_is_unknown_for_a_group_without_prices(self) -> None:
        nobody = Supply("moon", "", Decimal(1))
        self.assertIsNone(costs.rated(nobody, NOVEMBER, kwh=1, book=shipped_price_book()))


class PlaceInStepsTests(TestCase):
    def test_tells_what_is_left_and_what_comes_next(self) -> None:
        self.assertEqual(place(192_000), costs.StepPlace(3, 2380, 8_000, 2998))

    def test_begins_with_the_whole_first_step(self) -> None:
        self.assertEqual(place(0), costs.StepPlace(1, 1984, 50_000, 2050))

    def test_enters_the_next_step_when_one_is_full(self) -> None:
        self.assertEqual(place(100_000).step, 3)

    def test_has_no_end_in_the_last_step(self) -> None:
        self.assertEqual(place(900_000), costs.StepPlace(6, 3460, None, None))

    def test_widens_the_steps_for_households_and_days(self) -> None:
        two = Supply("residential", "", Decimal(2))
        half = Period(date(2026, 11, 1), date(2026, 11, 16))
        self.assertEqual(place(10_000, supply=two).left_wh, 90_000)
        self.assertEqual(place(10_000, period=half).left_wh, 15_000)

    def test_is_unknown_without_steps_or_with_two_prices(self) -> None:
        changed = Period.of_month(date(2025, 5, 1))
        self.assertIsNone(place(10_000, supply=SHOP))
        self.assertIsNone(place(10_000, period=changed))
