from datetime import UTC, date, datetime, timedelta
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from portal.lib.periods import (
    NotAMonth,
    Period,
    days_in_month,
    is_day,
    local_day,
    month_name,
    parse_month,
    start_of,
)

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
periods = st.builds(
    lambda day, length: Period(day, day + timedelta(days=length)), days, st.integers(1, 400)
)


class IsDayTests(TestCase):
    def test_knows_days_as_programs_write_them(self):
        self.assertTrue(is_day("2026-11-05"))
        for text in ("2026-11", "2026-13-05", "20261105", "2026-W45-4", "SC-1", ""):
            self.assertFalse(is_day(text), text)


class PeriodTests(TestCase):
    def test_counts_the_first_day_and_not_the_last(self):
        self.assertEqual(OCTOBER.days, 31)
        self.assertEqual(OCTOBER.last_on, date(2026, 10, 31))
        self.assertIn(date(2026, 10, 1), OCTOBER)
        self.assertIn(date(2026, 10, 31), OCTOBER)
        self.assertNotIn(date(2026, 11, 1), OCTOBER)
        self.assertNotIn(date(2026, 9, 30), OCTOBER)

    def test_cannot_be_empty_or_run_backwards(self):
        for ends_before in (date(2026, 10, 1), date(2026, 9, 1)):
            with self.subTest(ends_before), self.assertRaises(ValueError):
                Period(date(2026, 10, 1), ends_before)

    def test_is_made_from_the_days_that_a_bill_prints(self):
        self.assertEqual(Period.of_days(date(2026, 10, 1), date(2026, 10, 31)), OCTOBER)

    def test_knows_its_neighbouring_months(self):
        self.assertEqual(Period.of_month(date(2026, 10, 20)), OCTOBER)
        self.assertEqual(OCTOBER.following_month(), Period.of_month(date(2026, 11, 1)))
        self.assertEqual(OCTOBER.previous_month(), Period.of_month(date(2026, 9, 1)))
        odd = Period(date(2026, 12, 20), date(2027, 1, 20))
        self.assertEqual(odd.following_month().starts_on, date(2027, 2, 1))
        self.assertEqual(odd.previous_month().starts_on, date(2026, 11, 1))
        self.assertTrue(OCTOBER.is_month)
        self.assertFalse(odd.is_month)

    def test_meets_only_what_shares_a_day(self):
        november = OCTOBER.following_month()
        self.assertIsNone(OCTOBER.overlap(november))
        late = Period(date(2026, 10, 25), date(2026, 11, 5))
        self.assertEqual(OCTOBER.overlap(late), Period(date(2026, 10, 25), date(2026, 11, 1)))

    @given(periods, st.lists(days))
    def test_splits_into_parts_that_add_up(self, period, cuts):
        parts = period.split(*cuts)
        self.assertEqual([day for part in parts for day in part], list(period))
        self.assertEqual(sum(part.days for part in parts), period.days)
        starts = {part.starts_on for part in parts}
        self.assertLessEqual(starts - {period.starts_on}, set(cuts))
        self.assertTrue(all(cut in starts for cut in cuts if cut in period))

    @given(periods, periods)
    def test_overlaps_in_exactly_the_common_days(self, one, other):
        common = one.overlap(other)
        self.assertEqual(common, other.overlap(one))
        self.assertEqual(set(common or ()), set(one) & set(other))


class ParseMonthTests(TestCase):
    def test_reads_the_forms_in_use(self):
        for text in ("10/2026", "10-2026", "10.2026", "2026-10", " 10/2026 "):
            with self.subTest(text):
                self.assertEqual(parse_month(text), OCTOBER)
        self.assertEqual(parse_month("2/2024").days, 29)

    def test_refuses_everything_else(self):
        for text in ("13/2026", "0/2026", "10/26", "10/2569", "2026", "102026", "", "١٠/٢٠٢٦"):
            with self.subTest(text), self.assertRaises(NotAMonth):
                parse_month(text)

    @given(days)
    def test_reads_back_the_name(self, day):
        self.assertEqual(parse_month(month_name(day)), Period.of_month(day))
        self.assertEqual(Period.of_month(day).days, days_in_month(day))


class LocalDayTests(TestCase):
    def test_is_seven_hours_ahead_of_greenwich(self):
        self.assertEqual(local_day(datetime(2026, 11, 22, 17, 0, tzinfo=UTC)), date(2026, 11, 23))
        self.assertEqual(local_day(datetime(2026, 11, 22, 16, 59, tzinfo=UTC)), date(2026, 11, 22))

    def test_does_not_guess_a_zone(self):
        with self.assertRaises(ValueError):
            local_day(datetime(2026, 11, 22, 17, 0))

    @given(days)
    def test_begins_with_the_start_of_the_day(self, day):
        self.assertEqual(local_day(start_of(day)), day)
        self.assertEqual(local_day(start_of(day) - timedelta(seconds=1)), day - timedelta(days=1))
