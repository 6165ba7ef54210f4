"""Rating against figures worked out by hand from the decisions and the circular."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from unittest import TestCase

from billing.rating import (
    BadBasis,
    Basis,
    NoTariff,
    PriceBook,
    Rating,
    ReadNeeded,
    Rounding,
    Rule,
    rate,
)
from billing.tariff_files import shipped_price_book

OCTOBER = date(2026, 10, 15)


def a_month(kwh=134, *, on=OCTOBER, rounding=Rounding.QUOTA, allow=False, **rest) -> Rating:
    basis = Basis.month(on, usage=kwh, **rest)
    return rate(basis, book=shipped_price_book(), rounding=rounding, allow_unconfirmed=allow)


def a_period(kwh, first, before, *, book=None, allow=False, **rest) -> Rating:
    starts_on, ends_before = date.fromisoformat(first), date.fromisoformat(before)
    basis = Basis(starts_on=starts_on, ends_before=ends_before, usage=kwh, **rest)
    return rate(basis, book=book or shipped_price_book(), allow_unconfirmed=allow)


def kwh_by_rule(rating: Rating) -> list[tuple[str, int | Decimal]]:
    return [(line.rule, line.kwh) for line in rating.lines]


class MonthTests(TestCase):
    def test_agrees_with_an_issued_bill(self):
        rating = a_month(134)
        self.assertEqual((rating.net, rating.vat, rating.total), (282_620, 22_610, 305_230))
        self.assertEqual(
            [(line.rule, line.kwh, line.price, line.amount) for line in rating.lines],
            [
                ("step-1", 50, 1984, 99_200),
                ("step-2", 50, 2050, 102_500),
                ("step-3", 34, 2380, 80_920),
            ],
        )
        self.assertEqual({line.decision for line in rating.lines}, {"1279/QD-BCT"})

    def test_fills_each_step_to_its_bound(self):
        for kwh, net in (
            (0, 0),
            (1, 1_984),
            (50, 99_200),
            (51, 101_250),
            (100, 201_700),
            (101, 204_080),
            (200, 439_700),
            (201, 442_698),
            (300, 739_500),
            (301, 742_850),
            (400, 1_074_500),
            (401, 1_077_960),
            (100_000, 345_690_500),
        ):
            with self.subTest(kwh=kwh):
                self.assertEqual(a_month(kwh).net, net)

    def test_takes_each_decision_at_its_date(self):
        for on, net in (
            (date(2015, 3, 16), 50 * 1484 + 1533),
            (date(2019, 3, 19), 50 * 1484 + 1533),
            (date(2019, 3, 20), 50 * 1678 + 1734),
            (date(2023, 5, 3), 50 * 1678 + 1734),
            (date(2023, 5, 4), 50 * 1728 + 1786),
            (date(2023, 11, 8), 50 * 1728 + 1786),
            (date(2023, 11, 9), 50 * 1806 + 1866),
            (date(2024, 10, 10), 50 * 1806 + 1866),
            (date(2024, 10, 11), 50 * 1893 + 1956),
            (date(2025, 5, 9), 50 * 1893 + 1956),
            (date(2025, 5, 10), 50 * 1984 + 2050),
        ):
            with self.subTest(on=on):
                self.assertEqual(a_month(51, on=on).net, net)

    def test_takes_all_six_steps_of_an_older_decision(self):
        rating = a_month(450, on=date(2019, 4, 10))
        self.assertEqual((rating.net, rating.vat), (1_055_350, 105_535))

    def test_takes_vat_by_date(self):
        for on, percent in (
            (date(2022, 1, 31), 10),
            (date(2022, 2, 1), 8),
            (date(2022, 12, 31), 8),
            (date(2023, 1, 1), 10),
            (date(2023, 6, 30), 10),
            (date(2023, 7, 1), 8),
            (date(2026, 12, 31), 8),
            (date(2027, 1, 1), 10),
        ):
            with self.subTest(on=on):
                self.assertEqual(a_month(on=on).vat_rate, Decimal(percent) / 100)

    def test_rounds_half_a_dong_of_vat_up(self):
        rating = a_month({"normal": 5}, on=date(2027, 1, 5), group="production", voltage=">=110kV")
        self.assertEqual((rating.net, rating.vat, rating.total), (9_055, 906, 9_961))


class HouseholdTests(TestCase):
    def test_widen_every_step(self):
        rating = a_month(650, households=Decimal(3))
        self.assertEqual(
            kwh_by_rule(rating), [("step-1", 150), ("step-2", 150), ("step-3", 300), ("step-4", 50)]
        )

    def test_count_in_fractions_rounded_half_up_to_whole_steps(self):
        rating = a_month(130, households=Decimal("1.25"))
        self.assertEqual(kwh_by_rule(rating), [("step-1", 63), ("step-2", 63), ("step-3", 4)])
        self.assertEqual(rating.net, 263_662)

    def test_keep_fractional_steps_where_the_policy_is_exact(self):
        rating = a_month(130, households=Decimal("1.25"), rounding=Rounding.EXACT)
        self.assertEqual(
            kwh_by_rule(rating),
            [("step-1", Decimal("62.5")), ("step-2", Decimal("62.5")), ("step-3", 5)],
        )
        self.assertEqual(rating.net, 264_025)

    def test_round_the_exact_sum_and_no_line_before_it(self):
        rating = a_month(
            100, on=date(2025, 1, 1), households=Decimal("1.25"), rounding=Rounding.EXACT
        )
        self.assertEqual([line.amount for line in rating.lines], [118_313, 73_350])
        self.assertEqual(rating.net, 191_663)

    def test_say_how_a_step_became_so_wide(self):
        line = a_month(650, households=Decimal(3)).lines[2]
        self.assertEqual(line.label, "Step 3: 100 kWh × 3 households = 300 kWh")
        self.assertEqual(line.quota.size, Fraction(300))


class PeriodTests(TestCase):
    def test_of_a_whole_month_on_any_day_has_the_plain_steps(self):
        for first, before in (
            ("2026-02-01", "2026-03-01"),
            ("2026-10-01", "2026-11-01"),
            ("2026-01-31", "2026-02-28"),
            ("2026-10-13", "2026-11-13"),
        ):
            with self.subTest(first=first):
                self.assertEqual(a_period(134, first, before).total, 305_230)

    def test_longer_than_a_month_widens_the_steps_by_its_extra_days(self):
        rating = a_period(200, "2026-10-01", "2026-11-11")
        self.assertEqual(kwh_by_rule(rating), [("step-1", 67), ("step-2", 67), ("step-3", 66)])
        self.assertEqual(rating.net, 427_358)
        self.assertEqual(rating.lines[0].label, "Step 1: 50 kWh × 1 + 10/30 months = 67 kWh")

    def test_shorter_than_a_month_narrows_them(self):
        rating = a_period(50, "2026-11-01", "2026-11-11")
        self.assertEqual(kwh_by_rule(rating), [("step-1", 17), ("step-2", 17), ("step-3", 16)])
        self.assertEqual(rating.net, 106_658)

    def test_widens_by_households_before_it_rounds(self):
        rating = a_period(1000, "2026-11-01", "2026-11-11", households=Decimal(3))
        self.assertEqual(kwh_by_rule(rating)[:2], [("step-1", 50), ("step-2", 50)])

    def test_closed_on_the_last_day_of_a_vat_rate_has_that_rate(self):
        self.assertEqual(a_period(10, "2026-12-01", "2027-01-01").vat_rate, Decimal("0.08"))
        self.assertEqual(a_period(10, "2026-12-02", "2027-01-02").vat_rate, Decimal("0.1"))


class PriceChangeTests(TestCase):
    def test_splits_kwh_and_steps_by_days(self):
        rating = a_period(300, "2025-04-15", "2025-05-15")
        self.assertEqual(
            [(line.rule, line.kwh, line.price, line.decision[:4]) for line in rating.lines],
            [
                ("step-1", 42, 1893, "2699"),
                ("step-2", 42, 1956, "2699"),
                ("step-3", 83, 2271, "2699"),
                ("step-4", 83, 2860, "2699"),
                ("step-1", 8, 1984, "1279"),
                ("step-2", 8, 2050, "1279"),
                ("step-3", 17, 2380, "1279"),
                ("step-4", 17, 2998, "1279"),
            ],
        )
        self.assertEqual((rating.net, rating.vat, rating.total), (711_229, 56_898, 768_127))
        self.assertEqual(
            {(line.starts_on, line.ends_before) for line in rating.lines},
            {
                (date(2025, 4, 15), date(2025, 5, 10)),
                (date(2025, 5, 10), date(2025, 5, 15)),
            },
        )

    def test_makes_the_steps_of_the_days_of_the_month_before_the_closing_read(self):
        rating = a_period(134, "2025-05-01", "2025-06-01")  # April has 30 days
        self.assertEqual([line.kwh for line in rating.lines], [15, 15, 9, 37, 37, 21])
        self.assertEqual(rating.lines[3].label, "Step 1: 50 kWh × 22/30 months = 37 kWh")

    def test_takes_a_read_of_that_day_instead_of_days(self):
        rating = a_period(300, "2025-04-15", "2025-05-15", usage_until={date(2025, 5, 10): 240})
        self.assertEqual([line.kwh for line in rating.lines], [42, 42, 83, 73, 8, 8, 17, 17, 10])
        self.assertEqual(rating.net, 716_129)

    def test_needs_a_read_from_everybody_but_households(self):
        with self.assertRaisesRegex(ReadNeeded, "2019-03-20"):
            a_period(100, "2019-03-01", "2019-04-01", group="business", voltage="<6kV")

    def test_bills_bands_by_the_read_of_that_day(self):
        rating = a_period(
            {"normal": 100, "peak": 30, "offpeak": 20},
            "2019-03-01",
            "2019-04-01",
            group="business",
            voltage="<6kV",
            usage_until={date(2019, 3, 20): {"normal": 60, "peak": 30, "offpeak": 0}},
        )
        self.assertEqual(
            [(line.rule, line.kwh, line.price) for line in rating.lines],
            [
                ("band-normal", 60, 2320),
                ("band-peak", 30, 3991),
                ("band-normal", 40, 2666),
                ("band-offpeak", 20, 1622),
            ],
        )

    def test_refuses_a_read_that_shows_more_than_the_whole_period(self):
        with self.assertRaises(BadBasis):
            a_period(100, "2025-04-15", "2025-05-15", usage_until={date(2025, 5, 10): 101})

    def test_refuses_a_read_on_a_day_without_a_new_price(self):
        with self.assertRaisesRegex(BadBasis, "2026-10-10"):
            a_period(100, "2026-10-01", "2026-11-01", usage_until={date(2026, 10, 10): 10})

    def test_works_over_more_than_one_change(self):
        rating = a_period(1000, "2023-05-01", "2023-12-01")
        self.assertEqual(sum(line.kwh for line in rating.lines), 1000)
        self.assertEqual(len({line.decision for line in rating.lines}), 3)


class TenantTests(TestCase):
    def test_not_declared_pay_step_three_for_every_kwh(self):
        rating = a_month(100, undeclared_tenants=True)
        self.assertEqual(kwh_by_rule(rating), [("undeclared-step-3", 100)])
        self.assertEqual(rating.net, 238_000)

    def test_not_declared_pay_the_step_that_holds_on_the_date(self):
        book = shipped_price_book()
        rules = [rule for rule in book.rules if rule.name != "undeclared_tenants_step"]
        rules.append(Rule("undeclared_tenants_step", date(2015, 1, 1), date(2026, 10, 1), 3))
        rules.append(Rule("undeclared_tenants_step", date(2026, 10, 1), None, 2))
        book = PriceBook(book.tariffs, book.vat_rates, tuple(rules))
        basis = Basis.month(OCTOBER, usage=100, undeclared_tenants=True)
        self.assertEqual(rate(basis, book=book).net, 205_000)


class GroupTests(TestCase):
    def test_bands_are_priced_by_register(self):
        rating = a_month(
            {"normal": 100, "peak": 20, "offpeak": 5}, group="business", voltage="<6kV"
        )
        self.assertEqual([line.amount for line in rating.lines], [315_200, 108_440, 9_590])
        self.assertEqual((rating.net, rating.total), (433_230, 467_888))

    def test_without_a_band_meter_all_kwh_are_normal(self):
        rating = a_month(100, group="production", voltage="6-<22kV")
        self.assertEqual(kwh_by_rule(rating), [("band-normal", 100)])
        self.assertEqual(rating.net, 189_900)

    def test_a_household_with_a_band_meter_is_summed_before_the_steps(self):
        rating = a_month({"normal": 100, "peak": 20, "offpeak": 14})
        self.assertEqual(rating.total, 305_230)

    def test_one_price_for_hospitals_and_prepaid_cards(self):
        hospital = a_month(100, group="hospital/kindergarten/school", voltage="<6kV")
        self.assertEqual((kwh_by_rule(hospital), hospital.net), ([("flat", 100)], 207_200))
        card = a_month(100, group="residential prepaid card")
        self.assertEqual((kwh_by_rule(card), card.net), ([("prepaid", 100)], 290_900))

    def test_names_the_voltages_when_one_is_missing(self):
        with self.assertRaisesRegex(NoTariff, "6-<22kV"):
            a_month(100, group="production")

    def test_names_the_groups_when_it_is_unknown(self):
        with self.assertRaisesRegex(NoTariff, "residential"):
            a_month(100, group="household")

    def test_refuses_a_voltage_where_price_does_not_ask_for_it(self):
        with self.assertRaisesRegex(NoTariff, "not priced by voltage"):
            a_month(100, voltage="<6kV")

    def test_refuses_households_and_tenants_where_there_are_no_steps(self):
        for rest in ({"households": Decimal(2)}, {"undeclared_tenants": True}):
            with self.subTest(rest), self.assertRaisesRegex(BadBasis, "no steps"):
                a_month(100, group="business", voltage="<6kV", **rest)
