"""The odd period when the meter is read at the month's end from now on, whatever the month."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice, pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from billing import cycle, month_end, rating
from billing.costs import Supply, rated, step_sizes
from billing.month_end import Move
from billing.queries import month_end_of
from billing.queries.use import period_billed
from billing.tariff_files import shipped_price_book
from billing.tests.factories import a_bill, some_reads
from customers.reading_days import closing_in, first_by_new_day
from customers.tests.factories import a_meter, an_account
from portal.lib.periods import DAY, Period, days_in_month

DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))
READING_DAYS = st.integers(1, 30)
HOME = Supply("residential", "", Decimal(1))


def moved_without_bills(reading_day: int, today: date) -> Move:
    return month_end.move(billed=None, reading_day=reading_day, today=today)


@given(day=READING_DAYS, today=DAYS)
def test_first_period_ends_with_its_month_whatever_its_length(day: int, today: date) -> None:
    first = moved_without_bills(day, today).first
    assert first.last_on.day == days_in_month(first.last_on)
    assert first.last_on >= today


@given(day=READING_DAYS, today=DAYS)
def test_payment_falls_on_the_third_to_fifth_after_it(day: int, today: date) -> None:
    move = moved_without_bills(day, today)
    assert (move.pay_from.day, move.pay_by.day) == (3, 5)
    assert move.pay_from == move.first.last_on + timedelta(days=3)
    assert move.pay_by == move.first.last_on + timedelta(days=5)


@given(day=READING_DAYS, today=DAYS)
def test_first_reading_is_the_one_that_the_customer_is_told(day: int, today: date) -> None:
    told = first_by_new_day(before=day, after=31, today=today)
    assert moved_without_bills(day, today).first.last_on == told


@given(day=READING_DAYS, today=DAYS)
def test_no_day_is_billed_twice_or_never(day: int, today: date) -> None:
    move = moved_without_bills(day, today)
    before = move.first.starts_on - DAY
    assert before == closing_in(before, day=day)
    assert cycle.SHORTEST_DAYS <= move.first.days <= 62
    periods = list(
        islice(month_end.coming_moved(billed=None, reading_day=day, moved=move, today=today), 5)
    )
    assert move.first in periods
    for one, other in pairwise(periods):
        assert one.ends_before == other.starts_on
    after = periods[periods.index(move.first) + 1 :]
    assert all(one.is_month for one in after)


@given(day=READING_DAYS, today=DAYS, late=st.integers(0, 40))
def test_follows_the_bill_before_it(day: int, today: date, late: int) -> None:
    """Also where a period is over and its bill has not come yet."""
    billed = cycle.by_reading_day(today - timedelta(days=late + 31), reading_day=day)
    assume(not cycle.is_long_ago(billed, day=today))
    move = month_end.move(billed=billed, reading_day=day, today=today)
    periods = month_end.coming_moved(billed=billed, reading_day=day, moved=move, today=today)
    reached = billed
    for period in islice(periods, 4):
        assert period.starts_on == reached.ends_before
        reached = period
    assert move.first.last_on >= today


@given(day=READING_DAYS, today=DAYS)
def test_steps_are_those_that_the_bill_is_rated_by(day: int, today: date) -> None:
    """The quotas shown are the quotas of the bill's own lines: one calculation."""
    period = moved_without_bills(day, today).first
    book = shipped_price_book()
    shown = step_sizes(HOME, period, book=book)
    bill = rated(HOME, period, kwh=5_000, book=book)
    if not shown or bill is None:
        return
    assert [line.quota for line in bill.lines] == shown[: len(bill.lines)]
    share = rating.months_in(period.starts_on, period.ends_before).value
    for quota in shown:
        if quota.size is not None and quota.width is not None:
            assert abs(quota.size - quota.width * share) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2027, 2, 5), Period(date(2027, 1, 13), date(2027, 3, 1))),
        (date(2028, 2, 20), Period(date(2028, 2, 13), date(2028, 3, 1))),
        (date(2026, 11, 12), Period(date(2026, 11, 13), date(2026, 12, 1))),
        (date(2026, 11, 13), Period(date(2026, 11, 13), date(2026, 12, 1))),
        (date(2026, 11, 30), Period(date(2026, 11, 13), date(2026, 12, 1))),
        (date(2026, 12, 1), Period(date(2026, 11, 13), date(2027, 1, 1))),
    ],
)
def test_by_hand_with_a_reading_on_the_twelfth(today: date, first: Period) -> None:
    assert moved_without_bills(12, today).first == first


def test_nothing_moves_where_the_last_day_is_the_reading_day() -> None:
    assert moved_without_bills(31, date(2026, 11, 12)).is_none


@pytest.mark.django_db
def test_expected_amount_grows_with_the_days_and_has_a_range() -> None:
    account = an_account(reading_day=12)
    bill = a_bill(
        account=account,
        month=date(2026, 10, 1),
        starts_on=date(2026, 9, 13),
        ends_before=date(2026, 10, 13),
    )
    some_reads(
        meter=a_meter(account=account), from_day=date(2026, 9, 1), steps_wh=[7_000, 9_000] * 32
    )
    found = month_end_of(account, today=date(2026, 11, 5))
    assert found.move.running.starts_on == period_billed(bill).ends_before
    assert (found.usual.period.days, found.first.period.days) == (31, 49)
    assert found.usual.money is not None
    assert found.first.money is not None
    assert found.first.money.low <= found.first.money.likely <= found.first.money.high
    assert found.usual.money.likely < found.first.money.likely


@pytest.mark.django_db
def test_says_nothing_of_money_where_too_little_is_measured() -> None:
    found = month_end_of(an_account(reading_day=12), today=date(2026, 11, 5))
    assert found.first.money is None
    assert found.first.steps
