"""Why two bills differ: the parts add up, and each stands for one cause alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from billing.explain import Billed, Explanation, Factor, explain
from billing.rating import Basis, CannotRate, UnconfirmedTariff, rate
from billing.tariff_files import shipped_price_book

from .strategies import bills, household_bills

BOOK = shipped_price_book()


def billed(basis: Basis, *, beyond: int = 0) -> Billed:
    """A bill issued as rated, or `beyond` that."""
    return Billed(basis, rate(basis, book=BOOK, allow_unconfirmed=True).total + beyond)


def a_basis(first: str, before: str, usage=200, **rest) -> Basis:
    return Basis(
        starts_on=date.fromisoformat(first),
        ends_before=date.fromisoformat(before),
        usage=usage,
        **rest,
    )


def explained(before: Basis, after: Basis) -> Explanation:
    return explain(billed(before), billed(after), book=BOOK, allow_unconfirmed=True)


def causes(explanation: Explanation) -> dict[str, int]:
    return {part.factor.value: part.amount for part in explanation.parts if part.amount}


OCTOBER = a_basis("2026-10-01", "2026-11-01")


class ExplainTests(TestCase):
    @given(bills, bills, st.integers(-5_000, 5_000), st.integers(-5_000, 5_000))
    def test_gives_parts_that_add_up_to_the_dong(self, before, after, first, second):
        one, other = billed(before, beyond=first), billed(after, beyond=second)
        found = explain(one, other, book=BOOK, allow_unconfirmed=True)
        self.assertEqual(found.difference, other.total - one.total)
        self.assertEqual(sum(part.amount for part in found.parts), found.difference)
        self.assertEqual([part.factor for part in found.parts], list(Factor))
        self.assertEqual(found.amount(Factor.OTHER), second - first)
        self.assertTrue(all(type(part.amount) is int for part in found.parts))

    @given(bills)
    def test_finds_nothing_between_a_bill_and_itself(self, basis):
        self.assertEqual(causes(explained(basis, basis)), {})

    @given(household_bills(), household_bills())
    def test_finds_no_group_and_no_other_cause_between_two_rated_household_bills(self, one, other):
        found = explained(one, other)
        self.assertEqual(found.amount(Factor.GROUP), 0)
        self.assertEqual(found.amount(Factor.OTHER), 0)

    def test_finds_use_and_the_steps_it_fell_into(self):
        more = replace(OCTOBER, usage=250)
        # 474,876 for 200 kWh is 2,374.38 a kWh; 50 more cost 50 × 2,998 × 1.08.
        self.assertEqual(causes(explained(OCTOBER, more)), {"use": 118_719, "steps": 43_173})

    def test_finds_days_alone_where_use_per_day_and_steps_are_alike(self):
        first = a_basis("2026-11-01", "2026-12-01", 30, undeclared_tenants=True)
        second = a_basis("2026-10-01", "2026-11-01", 31, undeclared_tenants=True)
        self.assertEqual(causes(explained(first, second)), {"days": 2_570})

    def test_finds_households_alone(self):
        second = replace(OCTOBER, households=Decimal(2))
        self.assertEqual(set(causes(explained(OCTOBER, second))), {"households"})

    def test_finds_tenants_who_stopped_declaring(self):
        second = replace(OCTOBER, undeclared_tenants=True)
        self.assertEqual(set(causes(explained(OCTOBER, second))), {"households"})

    def test_finds_price_alone(self):
        before = a_basis("2025-03-01", "2025-04-01")
        after = a_basis("2025-07-01", "2025-08-01")
        # Per 50, 50 and 100 kWh: 91, 94 and 109 đồng more, with 8 % of VAT.
        self.assertEqual(causes(explained(before, after)), {"price": 21_762})

    def test_finds_vat_alone(self):
        before = a_basis("2026-12-01", "2027-01-01")
        after = a_basis("2027-01-01", "2027-02-01")
        self.assertEqual(causes(explained(before, after)), {"vat": 8_794})

    def test_finds_a_change_of_group_at_the_prices_of_one_day(self):
        second = replace(OCTOBER, group="business", voltage="<6kV")
        self.assertEqual(set(causes(explained(OCTOBER, second))), {"group"})

    def test_counts_a_group_without_a_price_at_the_first_date_as_price(self):
        before = a_basis("2024-11-01", "2024-12-01")
        after = a_basis("2025-11-01", "2025-12-01", group="wholesale market")
        self.assertEqual(set(causes(explained(before, after))), {"price"})

    def test_keeps_what_the_rules_do_not_give_apart(self):
        found = explain(billed(OCTOBER), billed(OCTOBER, beyond=1_000), book=BOOK)
        self.assertEqual(causes(found), {"other": 1_000})

    def test_puts_the_heaviest_part_first(self):
        found = explained(OCTOBER, replace(OCTOBER, usage=250))
        self.assertEqual([p.factor for p in found.by_weight], [Factor.USE, Factor.STEPS])

    def test_takes_a_first_bill_of_no_use(self):
        found = explained(replace(OCTOBER, usage=0), replace(OCTOBER, usage=100))
        self.assertEqual(causes(found), {"use": 217_836})

    def test_counts_an_older_price_inside_the_first_period_as_price(self):
        before = a_basis("2025-05-01", "2025-06-01")
        after = a_basis("2025-07-01", "2025-08-01")
        self.assertEqual(set(causes(explained(before, after))), {"price"})

    def test_refuses_a_bill_that_rests_on_an_unconfirmed_price(self):
        weak = a_basis("2024-11-01", "2024-12-01", group="business", voltage="<6kV")
        with self.assertRaises(UnconfirmedTariff):
            explain(billed(weak), billed(OCTOBER), book=BOOK)

    def test_refuses_a_bill_that_cannot_be_worked_out(self):
        unknown = Billed(replace(OCTOBER, group="nobody"), 1)
        with self.assertRaises(CannotRate):
            explain(billed(OCTOBER), unknown, book=BOOK)
