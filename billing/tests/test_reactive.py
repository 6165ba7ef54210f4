"""Reactive energy: power factor, its table, and what it adds to a bill."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from billing.rating import (
    BadBasis,
    Basis,
    NoTariff,
    UnconfirmedTariff,
    cos_phi,
    rate,
    with_reactive,
)
from billing.tariff_files import load_power_factor_rates, shipped_price_book

RATES = load_power_factor_rates()
BASIS = Basis.month(
    date(2020, 5, 1),
    usage={"normal": 800, "peak": 0, "offpeak": 0},
    group="production",
    voltage="<6kV",
)


def charged(kvarh, *, basis=BASIS, registered_kw=40, allow=False):
    rating = rate(basis, book=shipped_price_book())
    return with_reactive(
        rating,
        basis=basis,
        kvarh=kvarh,
        registered_kw=registered_kw,
        rates=RATES,
        allow_unconfirmed=allow,
    )


class CosPhiTests(TestCase):
    def test_is_active_over_apparent_energy_to_two_decimals(self):
        for kwh, kvarh, expected in (
            (800, 600, "0.80"),
            (100, 0, "1.00"),
            (0, 100, "0.00"),
            (1, 1, "0.71"),
            (900, 436, "0.90"),
        ):
            with self.subTest(kvarh=kvarh):
                self.assertEqual(cos_phi(kwh=kwh, kvarh=kvarh), Decimal(expected))

    def test_needs_energy(self):
        for kwh, kvarh in ((0, 0), (-1, 5), (5, -1)):
            with self.subTest(kwh=kwh), self.assertRaises(BadBasis):
                cos_phi(kwh=kwh, kvarh=kvarh)

    @given(st.integers(1, 10**9), st.integers(0, 10**9))
    def test_is_the_nearest_hundredth(self, kwh, kvarh):
        hundredths = int(cos_phi(kwh=kwh, kvarh=kvarh) * 100)
        apparent = kwh * kwh + kvarh * kvarh
        self.assertLessEqual(max(2 * hundredths - 1, 0) ** 2 * apparent, (200 * kwh) ** 2)
        self.assertGreater((2 * hundredths + 1) ** 2 * apparent, (200 * kwh) ** 2)


class ChargeTests(TestCase):
    def test_adds_a_percentage_of_the_net_and_vat_on_the_sum(self):
        rating = charged(600)  # power factor 0.80: 12.5 % of 800 × 1,685
        self.assertEqual(rating.lines[-1].rule, "reactive")
        self.assertEqual(rating.lines[-1].amount, 168_500)
        self.assertEqual((rating.net, rating.vat), (1_516_500, 151_650))

    def test_adds_nothing_from_a_good_power_factor_on(self):
        self.assertEqual(charged(387), rate(BASIS, book=shipped_price_book()))  # 0.90

    def test_adds_the_least_just_below_it(self):
        self.assertEqual(charged(410).lines[-1].amount, 15_098)  # 0.89: 1.12 % of 1,348,000

    def test_takes_the_last_row_for_any_worse_power_factor(self):
        amount = charged(100_000).lines[-1].amount
        self.assertEqual(amount, 708_239)  # 52.54 %

    def test_adds_nothing_below_the_registered_power(self):
        self.assertEqual(charged(600, registered_kw=39), rate(BASIS, book=shipped_price_book()))

    def test_is_not_for_households(self):
        household = Basis.month(date(2020, 5, 1), usage=800)
        with self.assertRaisesRegex(BadBasis, "residential"):
            charged(600, basis=household)

    def test_is_refused_while_its_table_is_unconfirmed_unless_allowed(self):
        today = replace(BASIS, prices_on=date(2026, 10, 1))
        with self.assertRaisesRegex(UnconfirmedTariff, "15/2014"):
            charged(600, basis=today)
        self.assertEqual(charged(600, basis=today, allow=True).lines[-1].amount, 198_700)

    def test_is_refused_before_its_table_begins(self):
        with self.assertRaises(NoTariff):
            with_reactive(
                rate(BASIS, book=shipped_price_book()),
                basis=replace(BASIS, prices_on=date(2014, 12, 9)),
                kvarh=1,
                registered_kw=40,
                rates=RATES,
            )
