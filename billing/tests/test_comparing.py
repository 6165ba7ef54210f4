"""Use held against other days: as many of both, and the lunar new year on itself."""

from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from billing import comparing
from portal.lib.periods import DAY, Period

OCTOBER = Period.of_month(date(2026, 10, 1))
NOVEMBER = Period.of_month(date(2026, 11, 1))
FEBRUARY = Period.of_month(date(2026, 2, 1))
NEW_YEAR, NEW_YEAR_BEFORE = date(2026, 2, 17), date(2025, 1, 29)


def days(period: Period, wh: int) -> dict[date, int]:
    return dict.fromkeys(period, wh)


class LastPeriodTests(TestCase):
    def test_counts_as_many_days_of_both(self) -> None:
        running = days(Period(NOVEMBER.starts_on, date(2026, 11, 11)), 7_000)
        found = comparing.with_last_period(
            {**days(OCTOBER, 5_000), **running}, period=NOVEMBER, last=OCTOBER
        )
        self.assertEqual((found.days, found.now_wh, found.then_wh), (10, 70_000, 50_000))
        self.assertEqual((found.more_wh, found.then.days), (20_000, 10))

    def test_leaves_out_both_days_where_one_is_missing(self) -> None:
        known = {**days(OCTOBER, 5_000), **days(NOVEMBER, 7_000)}
        del known[date(2026, 10, 3)], known[date(2026, 11, 9)]
        found = comparing.with_last_period(known, period=NOVEMBER, last=OCTOBER)
        self.assertEqual((found.days, found.more_wh), (28, 28 * 2_000))

    def test_does_not_reach_beyond_a_shorter_period(self) -> None:
        january = Period.of_month(date(2026, 1, 1))
        march = Period.of_month(date(2026, 3, 1))
        known = {**days(january, 1_000), **days(FEBRUARY, 1_000), **days(march, 1_000)}
        found = comparing.with_last_period(known, period=march, last=FEBRUARY)
        self.assertEqual((found.days, found.then), (28, FEBRUARY))

    def test_says_nothing_by_two_days(self) -> None:
        known = {**days(OCTOBER, 5_000), date(2026, 11, 1): 1, date(2026, 11, 2): 1}
        self.assertIsNone(comparing.with_last_period(known, period=NOVEMBER, last=OCTOBER))


class AYearAgoTests(TestCase):
    def test_is_the_same_weekday(self) -> None:
        day = date(2026, 11, 18)
        self.assertEqual(comparing.a_year_ago(day), date(2025, 11, 19))
        self.assertEqual(comparing.a_year_ago(day).weekday(), day.weekday())

    def test_is_the_same_day_of_the_holiday(self) -> None:
        for offset in (-10, -1, 0, 3, 14):
            day = NEW_YEAR + timedelta(days=offset)
            self.assertEqual(
                comparing.a_year_ago(day), NEW_YEAR_BEFORE + timedelta(days=offset), offset
            )

    def test_is_none_where_last_year_was_a_holiday_and_this_one_is_not(self) -> None:
        self.assertIsNone(comparing.a_year_ago(date(2026, 1, 28)))

    @given(st.dates(date(2020, 1, 1), date(2039, 12, 31)))
    def test_never_mixes_a_holiday_with_a_working_day(self, day: date) -> None:
        other = comparing.a_year_ago(day)
        if other is not None:
            self.assertEqual(comparing.from_new_year(day), comparing.from_new_year(other))
            self.assertTrue(330 < (day - other).days < 400)

    @given(st.dates(date(2020, 1, 1), date(2039, 11, 30)), st.integers(2, 31))
    def test_takes_no_day_twice(self, first: date, length: int) -> None:
        others = [comparing.a_year_ago(day) for day in Period(first, first + DAY * length)]
        known = [other for other in others if other]
        self.assertEqual(len(known), len(set(known)))

    def test_compares_a_quiet_holiday_with_a_quiet_holiday(self) -> None:
        """The holiday moved by 19 days; day for day by the calendar it would look thrifty."""

        def use_of(day: date, new_year: date) -> int:
            return 2_000 if 0 <= (day - new_year).days < 7 else 8_000

        known = {day: use_of(day, NEW_YEAR) for day in FEBRUARY}
        old = Period(date(2025, 1, 1), date(2025, 4, 1))
        known |= {day: use_of(day, NEW_YEAR_BEFORE) for day in old}
        found = comparing.with_last_year(known, period=FEBRUARY)
        self.assertEqual(found.more_wh, 0)
        self.assertGreater(found.days, 20)


class BaseTests(TestCase):
    def known(self, before: int, now: int) -> dict[date, int]:
        first = date(2026, 9, 1)
        older, newer = Period(first, first + 28 * DAY), Period(first + 28 * DAY, first + 56 * DAY)
        return {**days(older, before), **days(newer, now)}

    def test_has_risen_by_a_fifth_and_half_a_kwh(self) -> None:
        ends = date(2026, 9, 1) + 56 * DAY
        for before, now, has_risen in (
            (3_000, 4_000, True),
            (3_000, 3_400, False),
            (300, 700, False),
            (9_000, 9_600, False),
            (4_000, 3_000, False),
        ):
            found = comparing.base(self.known(before, now), before=ends)
            self.assertEqual(found.has_risen, has_risen, (before, now))

    def test_is_not_moved_by_three_days_away(self) -> None:
        known = self.known(3_000, 3_000)
        for day in list(known)[:3]:
            known[day] = 0
        found = comparing.base(known, before=date(2026, 9, 1) + 56 * DAY)
        self.assertEqual((found.now_wh, found.before_wh), (3_000, 3_000))

    def test_is_unknown_by_too_few_days(self) -> None:
        known = dict(list(self.known(1, 1).items())[20:])
        self.assertIsNone(comparing.base(known, before=date(2026, 9, 1) + 56 * DAY))


class ExtremesTests(TestCase):
    def test_are_the_highest_and_lowest_day_of_the_period_alone(self) -> None:
        known = {**days(NOVEMBER, 5_000), date(2026, 10, 31): 99_000, date(2026, 11, 4): 9_000}
        known[date(2026, 11, 6)] = 0
        found = comparing.extremes(known, period=NOVEMBER)
        self.assertEqual(found.highest, (date(2026, 11, 4), 9_000))
        self.assertEqual(found.lowest, (date(2026, 11, 6), 0))
