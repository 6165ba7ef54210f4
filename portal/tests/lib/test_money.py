from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from portal.lib.money import dong, vat, whole
from portal.lib.quantities import NotAnEnergy, kwh, kwh_number, wh


class DongTests(TestCase):
    def test_puts_dots_between_thousands_and_keeps_the_unit_on_the_line(self):
        for amount, written in (
            (0, "0\u00a0đ"),
            (999, "999\u00a0đ"),
            (1_234_567, "1.234.567\u00a0đ"),
            (-50_000, "-50.000\u00a0đ"),
            (2_147_483_648, "2.147.483.648\u00a0đ"),
        ):
            with self.subTest(amount):
                self.assertEqual(dong(amount), written)


class WholeTests(TestCase):
    def test_rounds_half_a_dong_away_from_zero(self):
        for amount, rounded in (("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.4999", 2), ("-0.5", -1)):
            with self.subTest(amount):
                self.assertEqual(whole(Decimal(amount)), rounded)

    def test_is_exact_for_amounts_beyond_a_float(self):
        self.assertEqual(whole(Decimal("90071992547409931.5")), 90_071_992_547_409_932)


class VatTests(TestCase):
    def test_rounds_once_half_up(self):
        for net, percent, tax in (
            (499_660, 8, 39_973),
            (282_620, 8, 22_610),
            (25, Decimal("10"), 3),
            (0, 8, 0),
        ):
            with self.subTest(net):
                self.assertEqual(vat(net, percent), tax)

    @given(st.integers(0, 10**12), st.sampled_from([0, 5, 8, 10]))
    def test_is_off_the_exact_tax_by_half_a_dong_at_most(self, net, percent):
        self.assertLessEqual(abs(vat(net, percent) * 100 - net * percent), 50)


class KwhTests(TestCase):
    def test_writes_a_decimal_comma_and_no_useless_zero(self):
        for energy, written in (
            (142_500, "142,5\u00a0kWh"),
            (6_200, "6,2\u00a0kWh"),
            (38_000, "38\u00a0kWh"),
            (1_234_567, "1.234,567\u00a0kWh"),
            (5, "0,005\u00a0kWh"),
            (-1_500, "-1,5\u00a0kWh"),
            (0, "0\u00a0kWh"),
        ):
            with self.subTest(energy):
                self.assertEqual(kwh(energy), written)

    def test_rounds_half_up_to_the_decimals_asked_for(self):
        for energy, decimals, written in (
            (999_950, 1, "1.000"),
            (999_949, 1, "999,9"),
            (500, 0, "1"),
            (499, 0, "0"),
            (-4, 1, "0"),
            (1_005, 2, "1,01"),
        ):
            with self.subTest(energy):
                self.assertEqual(kwh_number(energy, decimals=decimals), written)


class WhTests(TestCase):
    @given(st.integers(-(10**15), 10**15))
    def test_is_the_way_back_from_the_number_written(self, energy):
        written = kwh_number(energy).replace(".", "").replace(",", ".")
        self.assertEqual(wh(Decimal(written)), energy)

    def test_refuses_what_is_finer_than_a_watt_hour(self):
        with self.assertRaisesRegex(NotAnEnergy, "three decimals"):
            wh(Decimal("12.3456789"))
