"""Use from indexes."""

from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from billing.rating import Advance, NotRunningForward, advance, total_advance


class AdvanceTests(TestCase):
    def test_is_the_difference_times_the_ratio(self):
        self.assertEqual(advance(31_970, 32_190), Advance(220))
        self.assertEqual(advance(100, 120, multiplier=40), Advance(800))
        self.assertEqual(advance(Decimal("1.5"), Decimal("3.25")), Advance(Decimal("1.75")))

    def test_passes_all_nines_where_the_digits_are_known(self):
        self.assertEqual(advance(99_850, 120, digits=5), Advance(270, rolled_over=True))
        self.assertEqual(advance(99_950, 120, digits=5, multiplier=2), Advance(340, True))

    def test_is_refused_where_the_index_went_down_for_no_reason(self):
        for opening, closing, digits in (
            (99_850, 120, None),
            (500, 120, 5),
            (60_000, 10_000, 5),
            (100_000, 100_010, 5),
            (-1, 5, None),
        ):
            with self.subTest(opening=opening), self.assertRaises(NotRunningForward):
                advance(opening, closing, digits=digits)

    def test_is_refused_for_a_ratio_below_one(self):
        with self.assertRaises(NotRunningForward):
            advance(1, 2, multiplier=0)

    @given(st.integers(0, 99_999), st.integers(0, 49_999))
    def test_finds_the_use_wherever_the_meter_stood(self, opening, used):
        closing = (opening + used) % 100_000
        self.assertEqual(advance(opening, closing, digits=5).usage, used)


class ExchangeTests(TestCase):
    def test_sums_the_indexes_of_the_old_and_the_new_meter(self):
        old, new = advance(99_900, 30, digits=5), advance(0, 90)
        self.assertEqual(total_advance([old, new]), 220)
