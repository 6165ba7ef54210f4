"""What must hold for every bill, whatever its period, use and group."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from billing.rating import Basis, Months, Rounding, months_in, rate, total_kwh
from billing.rating.periods import add_months
from billing.tariff_files import shipped_price_book

from .strategies import bills, household_bills, households, kwh, periods

BOOK = shipped_price_book()
OCTOBER = date(2026, 10, 1)
roundings = st.sampled_from(Rounding)


def rated(basis, rounding=Rounding.QUOTA):
    return rate(basis, book=BOOK, rounding=rounding, allow_unconfirmed=True)


def holds_float(value) -> bool:
    if is_dataclass(value):
        return any(holds_float(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, tuple):
        return any(map(holds_float, value))
    return isinstance(value, float)


def kwh_by_kwh(used: int, per_household: int) -> int:
    """An October 2026 bill before VAT, one kWh after the other: slow, and written differently."""
    bounds = [(50, 1984), (100, 2050), (200, 2380), (300, 2998), (400, 3350), (10**9, 3460)]
    return sum(
        next(price for bound, price in bounds if number <= bound * per_household)
        for number in range(1, used + 1)
    )


class EveryBillTests(TestCase):
    @given(bills, roundings)
    def test_adds_up(self, basis, rounding):
        rating = rated(basis, rounding)
        self.assertEqual(rating.net, sum(line.amount for line in rating.lines))
        self.assertEqual(rating.total, rating.net + rating.vat)
        self.assertEqual(sum(Fraction(line.kwh) for line in rating.lines), basis.kwh)

    @given(bills)
    def test_has_lines_of_whole_kwh_times_whole_dong(self, basis):
        for line in rated(basis).lines:
            self.assertIs(type(line.kwh), int)
            self.assertEqual(line.amount, line.kwh * line.price)

    @given(bills, roundings)
    def test_holds_no_float(self, basis, rounding):
        self.assertFalse(holds_float(rated(basis, rounding)))

    @given(bills)
    def test_has_vat_within_half_a_dong(self, basis):
        rating = rated(basis)
        error = rating.vat - rating.net * Fraction(rating.vat_rate)
        self.assertTrue(-Fraction(1, 2) < error <= Fraction(1, 2))

    @given(bills, roundings)
    def test_keeps_exact_lines_within_a_dong_of_their_product(self, basis, rounding):
        for line in rated(basis, rounding).lines:
            # A kWh shown to six places can be off by one of them, so its product by 0.01 đồng.
            self.assertLess(
                abs(line.amount - Fraction(line.kwh) * line.price), 1 + Fraction(1, 100)
            )


class HouseholdBillTests(TestCase):
    @given(st.integers(0, 3_000), st.integers(1, 5))
    def test_equals_a_count_kwh_by_kwh(self, used, count):
        basis = Basis.month(OCTOBER, usage=used, households=Decimal(count))
        self.assertEqual(rated(basis).net, kwh_by_kwh(used, count))

    @given(household_bills(), roundings)
    def test_never_falls_with_another_kwh(self, basis, rounding):
        basis = replace(basis, usage=total_kwh(basis.usage))
        more = replace(basis, usage=basis.kwh + 1)
        self.assertGreater(rated(more, rounding).net, rated(basis, rounding).net)

    @given(household_bills(), households, roundings)
    def test_never_rises_with_more_households(self, basis, more, rounding):
        wider = replace(basis, households=basis.households + more)
        self.assertLessEqual(rated(wider, rounding).net, rated(basis, rounding).net)

    @given(kwh, st.integers(1, 12))
    def test_of_several_households_costs_as_much_as_each_on_its_own(self, used, count):
        together = Basis.month(OCTOBER, usage=used * count, households=Decimal(count))
        alone = Basis.month(OCTOBER, usage=used)
        self.assertEqual(rated(together).net, count * rated(alone).net)

    @given(kwh, st.integers(1, 6), st.dates(date(2025, 5, 10), date(2026, 6, 1)))
    def test_of_several_months_costs_as_much_as_each_on_its_own(self, used, months, starts_on):
        long = Basis(
            starts_on=starts_on, ends_before=add_months(starts_on, months), usage=used * months
        )
        self.assertEqual(rated(long).net, months * rated(Basis.month(OCTOBER, usage=used)).net)

    @given(kwh, kwh)
    def test_never_gains_by_taking_two_bills_together(self, one, other):
        apart = sum(rated(Basis.month(OCTOBER, usage=used)).net for used in (one, other))
        self.assertGreaterEqual(rated(Basis.month(OCTOBER, usage=one + other)).net, apart)

    @given(household_bills())
    def test_is_the_same_for_every_policy_where_no_step_is_fractional(self, basis):
        month = Basis.month(basis.starts_on, usage=basis.kwh)
        self.assertEqual(rated(month, Rounding.EXACT), rated(month, Rounding.QUOTA))


class MonthsTests(TestCase):
    def test_are_counted_from_the_first_day_with_the_extra_days_over_those_of_their_month(self):
        for first, before, full, days, of_days in (
            ("2026-10-01", "2026-11-01", 1, 0, 30),
            ("2026-10-01", "2026-10-31", 0, 30, 31),
            ("2026-10-01", "2026-11-11", 1, 10, 30),
            ("2026-09-25", "2026-10-11", 0, 16, 30),
            ("2026-01-31", "2026-02-28", 1, 0, 31),
            ("2026-12-15", "2027-02-20", 2, 5, 28),
        ):
            with self.subTest(first=first, before=before):
                months = months_in(date.fromisoformat(first), date.fromisoformat(before))
                self.assertEqual(months, Months(full, days, of_days))

    def test_are_said_in_words(self):
        for months, words in (
            (Months(1), "1 month"),
            (Months(2), "2 months"),
            (Months(0, 9, 30), "9/30 months"),
            (Months(1, 10, 30), "1 + 10/30 months"),
        ):
            self.assertEqual(str(months), words)

    @given(periods(longest=800))
    def test_of_a_period_grow_with_its_days(self, period):
        starts_on, ends_before = period
        shorter = months_in(starts_on, ends_before).value
        longer = months_in(starts_on, add_days(ends_before, 1)).value
        self.assertLess(shorter, longer)

    @given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 40))
    def test_of_whole_months_are_whole(self, starts_on, count):
        self.assertEqual(months_in(starts_on, add_months(starts_on, count)).value, count)


def add_days(on: date, days: int) -> date:
    return date.fromordinal(on.toordinal() + days)
