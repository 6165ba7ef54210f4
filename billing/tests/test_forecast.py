"""A likely bill as a range: honest about what is known, and tested on what came out."""

from datetime import date, timedelta
from fractions import Fraction
from random import Random
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from billing.forecast import Forecast, TooFewDays, back_test, forecast, money
from billing.rating import Basis, rate
from billing.tariff_files import shipped_price_book
from portal.lib.periods import Period

OCTOBER = Period.of_month(date(2026, 10, 1))
MID_OCTOBER = date(2026, 10, 16)
FIRST = date(2026, 8, 1)


def daily(values, *, first=FIRST) -> dict[date, int]:
    """One value a day from `first` on; None is a missing day."""
    days = {first + timedelta(days=n): wh for n, wh in enumerate(values)}
    return {day: wh for day, wh in days.items() if wh is not None}


def october_total(kwh: int) -> int:
    return rate(Basis.month(OCTOBER.starts_on, usage=kwh), book=shipped_price_book()).total


class ForecastTests(TestCase):
    def test_of_a_steady_house_is_certain(self):
        found = forecast(OCTOBER, daily=daily([7_000] * 120), until=MID_OCTOBER)
        self.assertEqual(
            found,
            Forecast(
                known=105_000,
                low=217_000,
                likely=217_000,
                high=217_000,
                days_known=15,
                days_open=16,
            ),
        )

    def test_takes_open_days_at_the_mean_and_the_range_from_low_and_high_weeks(self):
        weeks = [1_000] * 28 + [3_000] * 28
        found = forecast(
            OCTOBER, daily=daily(weeks, first=date(2026, 8, 6)), until=date(2026, 10, 1)
        )
        self.assertEqual((found.days_known, found.days_open), (0, 31))
        self.assertEqual((found.low, found.likely, found.high), (31_000, 62_000, 93_000))

    def test_looks_at_the_last_eight_weeks_only(self):
        long_ago = [50_000] * 20 + [2_000] * 56
        days = daily(long_ago, first=date(2026, 10, 1) - timedelta(days=76))
        self.assertEqual(forecast(OCTOBER, daily=days, until=date(2026, 10, 1)).high, 62_000)

    def test_takes_a_missing_day_as_open_and_never_as_zero(self):
        values = [7_000] * 120
        values[(date(2026, 10, 5) - FIRST).days] = None
        found = forecast(OCTOBER, daily=daily(values), until=MID_OCTOBER)
        self.assertEqual((found.days_known, found.days_open), (14, 17))
        self.assertEqual(found.likely, 217_000)

    def test_does_not_look_past_its_day(self):
        values = [7_000] * 76 + [90_000] * 20
        self.assertEqual(FIRST + timedelta(days=76), MID_OCTOBER)
        self.assertEqual(forecast(OCTOBER, daily=daily(values), until=MID_OCTOBER).high, 217_000)

    def test_of_a_closed_period_is_what_was_used(self):
        values = [1_000 * (n % 9) for n in range(120)]
        found = forecast(OCTOBER, daily=daily(values), until=OCTOBER.ends_before)
        self.assertEqual({found.low, found.likely, found.high}, {found.known})
        self.assertEqual(found.days_open, 0)

    def test_says_nothing_from_fewer_than_two_weeks(self):
        with self.assertRaisesRegex(TooFewDays, "13 days"):
            forecast(OCTOBER, daily=daily([5_000] * 13, first=date(2026, 10, 1)), until=MID_OCTOBER)

    @given(st.lists(st.one_of(st.none(), st.integers(0, 60_000)), min_size=60, max_size=110))
    def test_keeps_its_order_and_never_falls_below_what_is_known(self, values):
        days = daily(values)
        if sum(day < MID_OCTOBER for day in days) < 60:
            return
        found = forecast(OCTOBER, daily=days, until=MID_OCTOBER)
        self.assertTrue(found.known <= found.low <= found.likely <= found.high)
        self.assertEqual(found.days_known + found.days_open, 31)
        self.assertTrue(found.holds(found.likely))


class MoneyTests(TestCase):
    def test_prices_whole_kwh(self):
        expected = Forecast(
            known=0, low=99_499, likely=133_500, high=200_500, days_known=0, days_open=31
        )
        found = money(expected, total=october_total)
        self.assertEqual(found.likely, 305_230)  # 134 kWh
        self.assertEqual((found.low, found.high), (october_total(99), october_total(201)))


class BackTestTests(TestCase):
    MONTHS = [Period.of_month(date(2026, month, 1)) for month in range(3, 11)]

    def test_counts_how_often_the_truth_lay_inside(self):
        steady = daily([6_000] * 310, first=date(2026, 1, 1))
        found = back_test(self.MONTHS, daily=steady, days_in=10)
        self.assertEqual((found.tried, found.inside, found.mean_error), (8, 8, 0))

    def test_counts_a_miss(self):
        jump = daily([1_000] * 59 + [9_000] * 31, first=date(2026, 1, 1))
        found = back_test([Period.of_month(date(2026, 3, 1))], daily=jump, days_in=0)
        self.assertEqual((found.tried, found.inside), (1, 0))
        self.assertEqual(found.mean_error, Fraction(8, 9))

    def test_leaves_out_months_with_a_gap_and_months_without_a_past(self):
        values = [6_000] * 300
        values[100] = None
        found = back_test(self.MONTHS, daily=daily(values, first=date(2026, 2, 25)), days_in=5)
        self.assertEqual(found.tried, 6)

    def test_finds_most_months_of_a_varying_house_inside(self):
        random = Random(6)
        use = [8_000 + random.randint(-4_000, 4_000) for _ in range(1_000)]
        months = [Period.of_month(date(2024 + n // 12, n % 12 + 1, 1)) for n in range(3, 32)]
        found = back_test(months, daily=daily(use, first=date(2024, 1, 1)), days_in=15)
        self.assertGreaterEqual(found.inside / found.tried, 0.8)
        self.assertLess(found.mean_error, Fraction(1, 10))
