"""Which days a running bill is about."""

from datetime import date
from unittest import TestCase

from billing import cycle
from portal.lib.periods import Period

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))


class ByReadingDayTests(TestCase):
    def test_is_the_calendar_month_when_read_on_its_last_day(self) -> None:
        for day in (date(2026, 2, 1), date(2026, 2, 28)):
            found = cycle.by_reading_day(day, reading_day=31)
            self.assertEqual(found, Period(date(2026, 2, 1), date(2026, 3, 1)))

    def test_runs_from_reading_to_reading(self) -> None:
        expected = Period(date(2026, 10, 13), date(2026, 11, 13))
        for day in (date(2026, 10, 13), date(2026, 11, 12)):
            self.assertEqual(cycle.by_reading_day(day, reading_day=12), expected)

    def test_reads_on_the_last_day_of_a_month_without_that_day(self) -> None:
        found = cycle.by_reading_day(date(2026, 2, 20), reading_day=30)
        self.assertEqual(found, Period(date(2026, 1, 31), date(2026, 3, 1)))


class FollowingTests(TestCase):
    def test_is_the_next_month_after_a_month(self) -> None:
        found = cycle.following(OCTOBER, reading_day=31)
        self.assertEqual(found, Period(date(2026, 11, 1), date(2026, 12, 1)))

    def test_follows_the_bills_where_they_follow_another_day(self) -> None:
        found = cycle.following(OCTOBER, reading_day=12)
        self.assertEqual(found, Period(date(2026, 11, 1), date(2026, 12, 1)))

    def test_ends_with_the_month_once_that_was_arranged(self) -> None:
        billed = Period(date(2026, 10, 13), date(2026, 11, 13))
        found = cycle.following(billed, reading_day=31)
        self.assertEqual(found, Period(date(2026, 11, 13), date(2026, 12, 1)))

    def test_takes_a_short_rest_with_the_month_after_it(self) -> None:
        billed = Period(date(2026, 10, 26), date(2026, 11, 26))
        found = cycle.following(billed, reading_day=31)
        self.assertEqual(found, Period(date(2026, 11, 26), date(2027, 1, 1)))


class PrecedingTests(TestCase):
    def test_joins_the_first_bill_where_it_begins_on_no_day_after_a_reading(self) -> None:
        found = [cycle.preceding(OCTOBER, months=months, reading_day=20) for months in (1, 2)]
        self.assertEqual(found[0], Period(date(2026, 9, 1), date(2026, 10, 1)))
        self.assertEqual(found[1], Period(date(2026, 8, 1), date(2026, 9, 1)))

    def test_goes_by_the_reading_day_where_the_bills_do(self) -> None:
        billed = Period(date(2026, 9, 13), date(2026, 10, 13))
        found = cycle.preceding(billed, months=1, reading_day=12)
        self.assertEqual(found, Period(date(2026, 8, 13), date(2026, 9, 13)))
        first_of_march = Period(date(2026, 3, 1), date(2026, 4, 1))
        found = cycle.preceding(first_of_march, months=1, reading_day=31)
        self.assertEqual(found, Period(date(2026, 2, 1), date(2026, 3, 1)))


class PeriodAtTests(TestCase):
    def test_goes_on_from_the_last_bill(self) -> None:
        found = cycle.period_at(date(2026, 12, 3), billed=OCTOBER, reading_day=31)
        self.assertEqual(found, Period(date(2026, 12, 1), date(2027, 1, 1)))

    def test_leaves_a_bill_of_long_ago_aside(self) -> None:
        found = cycle.period_at(date(2027, 3, 3), billed=OCTOBER, reading_day=12)
        self.assertEqual(found, Period(date(2027, 2, 13), date(2027, 3, 13)))

    def test_goes_by_the_reading_day_without_a_bill(self) -> None:
        found = cycle.period_at(date(2026, 12, 3), billed=None, reading_day=12)
        self.assertEqual(found, Period(date(2026, 11, 13), date(2026, 12, 13)))


class OfMonthTests(TestCase):
    def test_is_named_after_the_month_of_its_reading(self) -> None:
        found = cycle.of_month(date(2026, 11, 1), reading_day=12)
        self.assertEqual(found, Period(date(2026, 10, 13), date(2026, 11, 13)))
