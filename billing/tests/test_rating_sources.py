"""What rating rests on: good sources, a structure still to come, a basis that makes sense."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest import TestCase

from billing.rating import (
    BadBasis,
    Basis,
    NoTariff,
    NoVatRate,
    PriceBook,
    UnconfirmedTariff,
    priced,
)
from billing.tariff_files import load_structures, shipped_price_book

from .test_rating import a_month, a_period


class SourceTests(TestCase):
    def test_an_unconfirmed_price_is_refused_unless_allowed(self):
        old = {"on": date(2024, 11, 5), "group": "business", "voltage": "<6kV"}
        with self.assertRaisesRegex(UnconfirmedTariff, "2699/QD-BCT business <6kV"):
            a_month(10, **old)
        self.assertEqual(a_month(10, allow=True, **old).net, 30_070)

    def test_one_unconfirmed_part_of_a_period_is_enough_to_refuse(self):
        reads = {date(2025, 5, 10): 5}
        with self.assertRaises(UnconfirmedTariff):
            a_period(
                10, "2025-05-01", "2025-06-01", group="business", voltage="<6kV", usage_until=reads
            )

    def test_a_date_before_the_first_price_is_refused(self):
        with self.assertRaisesRegex(NoTariff, "2015-03-15"):
            a_month(on=date(2015, 3, 15))

    def test_a_group_that_a_decision_lacks_is_refused_even_when_all_is_allowed(self):
        with self.assertRaisesRegex(NoTariff, "2024-11-05"):
            a_month(
                on=date(2024, 11, 5),
                group="public lighting/administrative",
                voltage="<6kV",
                allow=True,
            )

    def test_a_date_without_vat_is_refused(self):
        book = PriceBook(shipped_price_book().tariffs, (), shipped_price_book().rules)
        with self.assertRaises(NoVatRate):
            a_period(1, "2026-10-01", "2026-11-01", book=book)


class FiveStepTests(TestCase):
    AVERAGE = Decimal("2204.0655")

    def setUp(self):
        (structure,) = load_structures()
        tariff = priced(
            structure,
            average=self.AVERAGE,
            decision="a later decision",
            valid_from=date(2027, 3, 1),
            confirmed=True,
        )
        book = shipped_price_book()
        ended = [
            replace(t, valid_before=date(2027, 3, 1))
            if (t.group, t.valid_before) == ("residential", None)
            else t
            for t in book.tariffs
        ]
        self.book = PriceBook((*ended, tariff), book.vat_rates, book.rules)

    def test_prices_are_percents_of_the_average(self):
        prices = [step.dong for step in self.book.tariffs[-1].steps]
        self.assertEqual(prices, [1984, 2380, 2998, 3571, 3967])

    def test_are_billed_from_their_date(self):
        rating = a_period(750, "2027-04-01", "2027-05-01", book=self.book)
        self.assertEqual([line.kwh for line in rating.lines], [100, 100, 200, 300, 50])
        self.assertEqual(rating.net, 2_305_650)

    def test_split_a_period_that_begins_with_six_steps(self):
        rating = a_period(300, "2027-02-15", "2027-03-15", book=self.book)
        self.assertEqual(
            [(line.decision[:4], line.rule, line.kwh) for line in rating.lines],
            [
                ("1279", "step-1", 25),
                ("1279", "step-2", 25),
                ("1279", "step-3", 50),
                ("1279", "step-4", 50),
                ("a la", "step-1", 50),
                ("a la", "step-2", 50),
                ("a la", "step-3", 50),
            ],
        )


class BasisTests(TestCase):
    def test_refuses_what_makes_no_sense(self):
        for wrong in (
            {"usage": -1},
            {"usage": 1.5},
            {"usage": True},
            {"usage": Decimal(3)},
            {"usage": {}},
            {"usage": {"night": 1}},
            {"usage": {"kWh": 1}},
            {"usage": {"normal": -1}},
            {"households": Decimal(0)},
            {"households": Decimal(-1)},
            {"households": Decimal("NaN")},
            {"households": Decimal("1e9")},
            {"households": Decimal("0.00001")},
            {"households": 1.5},
            {"ends_before": date(2026, 10, 1)},
            {"usage_until": {date(2026, 10, 1): 1}},
            {"usage_until": {date(2026, 11, 1): 1}},
        ):
            values = {
                "starts_on": date(2026, 10, 1),
                "ends_before": date(2026, 11, 1),
                "usage": 1,
                **wrong,
            }
            with self.subTest(wrong), self.assertRaises(BadBasis):
                Basis(**values)
