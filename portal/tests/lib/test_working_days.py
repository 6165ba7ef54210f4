from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib import working_days

DAYS = st.dates(date(2025, 1, 1), date(2032, 12, 31))


class TestIsWorkingDay:
    @pytest.mark.parametrize(
        ("day", "works"),
        [
            (date(2026, 11, 24), True),  # a Tuesday
            (date(2026, 11, 28), False),  # a Saturday
            (date(2026, 1, 1), False),
            (date(2026, 2, 16), False),  # Tết
            (date(2026, 2, 23), True),
            (date(2026, 4, 26), False),  # Hùng Kings' Day, a Sunday
            (date(2026, 4, 27), False),  # the day for it
            (date(2026, 9, 1), False),
            (date(2026, 9, 2), False),
            (date(2027, 5, 1), False),  # Labour Day, a Saturday
            (date(2027, 5, 3), False),  # the day for it
            (date(2027, 5, 4), True),
        ],
    )
    def test_knows_weekends_holidays_and_the_days_given_for_them(self, day, works):
        assert working_days.is_working_day(day) is works


class TestAfter:
    @given(DAYS, st.integers(0, 15))
    def test_passes_exactly_so_many_working_days(self, day, number):
        end = working_days.after(day, number)
        between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
        assert sum(map(working_days.is_working_day, between)) == number
        assert number == 0 or working_days.is_working_day(end)


class TestLastUntil:
    @given(DAYS)
    def test_is_the_nearest_working_day_not_after(self, day):
        last = working_days.last_until(day)
        between = [last + timedelta(days=n) for n in range(1, (day - last).days + 1)]
        assert last <= day
        assert working_days.is_working_day(last)
        assert not any(map(working_days.is_working_day, between))
