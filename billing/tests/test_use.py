"""Daily use from indexes: what is known of each day, and what is not made up."""

from datetime import date, timedelta
from fractions import Fraction
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from billing import use
from billing.use import Index, Mark, MeterReads
from portal.lib.periods import Period

OCTOBER = Period.of_month(date(2026, 10, 1))
AFTER = date(2026, 11, 5)


def day(number: int) -> date:
    """That day of October 2026; 0 is the last of September."""
    return date(2026, 9, 30) + timedelta(days=number)


def a_meter(indexes: dict[int, int], *, marks: dict[int, Mark] | None = None, **fields):
    """A meter's reads from day of October → kWh."""
    marks = marks or {}
    reads = [
        Index(day(number), kwh * 1000, marks.get(number, Mark.MEASURED))
        for number, kwh in sorted(indexes.items())
    ]
    return MeterReads(reads, digits=fields.pop("digits", 6), **fields)


def told(*meters: MeterReads, period: Period = OCTOBER, today: date = AFTER) -> use.PeriodUse:
    return use.in_period(period, known=use.stretches(meters), today=today)


def known_days(found: use.PeriodUse) -> dict[int, int]:
    """Day of the month → kWh of the days with a figure of their own."""
    return {one.day.day: one.wh // 1000 for one in found.days if one.wh is not None}


def marks(found: use.PeriodUse) -> dict[int, Mark]:
    return {one.day.day: one.mark for one in found.days}


class DayTests(TestCase):
    def test_is_the_difference_to_the_day_before(self) -> None:
        found = told(a_meter({0: 100, 1: 105, 2: 112}))
        self.assertEqual(known_days(found), {1: 5, 2: 7})

    def test_counts_the_multiplier(self) -> None:
        found = told(a_meter({0: 100, 1: 105}, multiplier=40))
        self.assertEqual(known_days(found), {1: 200})

    def test_follows_a_register_over_all_nines(self) -> None:
        found = told(a_meter({0: 99_998, 1: 4}, digits=5))
        self.assertEqual(known_days(found), {1: 6})
        self.assertTrue(found.rolled_over)

    def test_is_a_known_zero_where_nothing_was_used(self) -> None:
        found = told(a_meter({0: 100, 1: 100}))
        self.assertEqual(known_days(found), {1: 0})

    def test_is_estimated_when_either_of_its_indexes_is(self) -> None:
        found = told(a_meter({0: 100, 1: 105, 2: 110, 3: 115}, marks={2: Mark.ESTIMATED}))
        self.assertEqual(
            [marks(found)[n] for n in (1, 2, 3)],
            [Mark.MEASURED, Mark.ESTIMATED, Mark.ESTIMATED],
        )

    def test_is_corrected_when_the_index_that_closes_it_is(self) -> None:
        found = told(a_meter({0: 100, 1: 105, 2: 110}, marks={1: Mark.CORRECTED}))
        self.assertEqual([marks(found)[n] for n in (1, 2)], [Mark.CORRECTED, Mark.MEASURED])

    def test_is_in_doubt_when_the_index_goes_down(self) -> None:
        found = told(a_meter({0: 100, 1: 105, 2: 90, 3: 94}))
        self.assertEqual(known_days(found), {1: 5, 3: 4})
        self.assertEqual(marks(found)[2], Mark.DOUBTFUL)
        self.assertEqual(found.total_wh, 9_000)


class MissingDayTests(TestCase):
    def test_leaves_a_gap_and_no_figure_for_the_day_after(self) -> None:
        found = told(a_meter({0: 100, 1: 105, 4: 120, 5: 126}))
        self.assertEqual(known_days(found), {1: 5, 5: 6})
        self.assertEqual({marks(found)[n] for n in (2, 3, 4)}, {Mark.TOGETHER})

    def test_counts_the_days_together(self) -> None:
        found = told(a_meter({0: 100, 1: 105, 4: 120, 5: 126}))
        [part] = found.together
        self.assertEqual((part.days, part.wh), (Period(day(2), day(5)), 15_000))
        self.assertEqual(found.total_wh, 26_000)
        self.assertEqual(found.counted_days, 5)

    def test_does_not_count_a_sum_that_reaches_over_the_edge_of_the_period(self) -> None:
        found = told(a_meter({-1: 90, 2: 105, 3: 110}))
        self.assertEqual(found.total_wh, 5_000)
        self.assertEqual([part.days for part in found.across], [Period(day(0), day(3))])

    def test_at_the_end_of_a_period_that_is_over_is_told(self) -> None:
        found = told(a_meter({n: 100 + n for n in range(30)}))
        self.assertEqual(len(found.days), 31)
        self.assertEqual(marks(found)[31], Mark.MISSING)
        self.assertEqual(found.until, day(29))

    def test_to_come_is_not_told(self) -> None:
        found = told(a_meter({0: 100, 1: 105, 2: 111}), today=day(4))
        self.assertEqual(len(found.days), 2)

    def test_is_no_zero_when_nothing_is_known(self) -> None:
        found = told()
        self.assertIsNone(found.total_wh)
        self.assertIsNone(found.until)
        self.assertEqual(set(marks(found).values()), {Mark.MISSING})


class MeterExchangeTests(TestCase):
    def test_adds_up_both_meters(self) -> None:
        old = a_meter({0: 100, 1: 105, 2: 112}, in_place=False)
        new = a_meter({2: 0, 3: 6, 4: 10})
        found = told(old, new)
        self.assertEqual(known_days(found), {1: 5, 2: 7, 3: 6, 4: 4})
        self.assertEqual(found.total_wh, 22_000)

    def test_leaves_a_gap_where_neither_meter_tells(self) -> None:
        found = told(a_meter({0: 100, 1: 105}, in_place=False), a_meter({3: 2, 4: 6}))
        self.assertEqual(known_days(found), {1: 5, 4: 4})
        self.assertEqual(marks(found)[2], Mark.MISSING)

    def test_sums_two_meters_that_run_at_once(self) -> None:
        found = told(a_meter({0: 100, 1: 105, 2: 110}), a_meter({0: 10, 1: 12, 2: 15}))
        self.assertEqual(known_days(found), {1: 7, 2: 8})

    def test_tells_nothing_of_days_that_one_of_two_meters_has_not_sent(self) -> None:
        found = told(a_meter({0: 100, 1: 105, 2: 110}), a_meter({0: 10, 1: 12}), today=day(3))
        self.assertEqual(known_days(found), {1: 7})

    def test_joins_the_gap_of_one_meter_with_the_days_of_the_other(self) -> None:
        found = told(a_meter({0: 100, 2: 110}), a_meter({0: 10, 1: 12, 2: 15}))
        [part] = found.together
        self.assertEqual((part.days.days, part.wh), (2, 15_000))


class WholeTests(TestCase):
    @given(st.sets(st.integers(0, 31), min_size=2), st.randoms(use_true_random=False))
    def test_is_the_way_between_the_first_and_the_last_index(self, days, random) -> None:
        """Whatever is missing between, nothing is lost and nothing counted twice."""
        indexes, reached = {}, 1000
        for number in sorted(days):
            reached += random.randrange(50)
            indexes[number] = reached
        found = told(a_meter(indexes))
        first, last = min(indexes), max(indexes)
        self.assertEqual(found.total_wh, (indexes[last] - indexes[first]) * 1000)
        self.assertEqual(found.counted_days, last - first)


class UsualTests(TestCase):
    def test_is_the_middle_of_the_last_four_weeks(self) -> None:
        daily = {day(n): wh for n, wh in enumerate([1, 9, 5, 5, 5, 6, 4, 100], start=1)}
        self.assertEqual(use.usual(daily, before=day(9)), 5)

    def test_is_unknown_for_less_than_a_week(self) -> None:
        daily = {day(n): 5 for n in range(6)}
        self.assertIsNone(use.usual(daily, before=day(9)))

    def test_forgets_what_is_older(self) -> None:
        daily = {day(n): 5 for n in range(7)}
        self.assertIsNone(use.usual(daily, before=day(60)))


class DaysUntilTests(TestCase):
    def test_counts_a_day_begun(self) -> None:
        self.assertEqual(use.days_until(21, pace=Fraction(10)), 3)
        self.assertEqual(use.days_until(20, pace=Fraction(10)), 2)

    def test_is_never_reached_standing_still(self) -> None:
        self.assertIsNone(use.days_until(20, pace=Fraction(0)))
