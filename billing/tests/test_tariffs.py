"""The files of dated rules, and what is refused of them."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase

from billing import tariff_files
from billing.rating import (
    BadBasis,
    BadTariff,
    Kind,
    NoTariff,
    Price,
    PriceBook,
    Tariff,
    declared_households,
)

HEADER = (
    "decision,valid_from,valid_to,group,voltage,register_or_tier,vnd_per_kwh_before_vat,confirmed"
)


def a_tariff(*registers, valid_from=date(2020, 1, 1), valid_before=None) -> Tariff:
    prices = tuple(Price(register, 1000) for register in registers)
    return Tariff("1/QD", valid_from, valid_before, "residential", "", prices)


class FileTests(TestCase):
    def test_hold_six_steps_for_every_household_decision(self):
        found = [t for t in tariff_files.load_tariffs() if t.group == "residential"]
        self.assertEqual(
            [(t.decision, len(t.steps)) for t in sorted(found, key=lambda t: t.valid_from)],
            [
                ("2256/QD-BCT", 6),
                ("648/QD-BCT", 6),
                ("1062/QD-BCT", 6),
                ("2941/QD-BCT", 6),
                ("2699/QD-BCT", 6),
                ("1279/QD-BCT", 6),
            ],
        )

    def test_leave_no_gap_between_two_decisions(self):
        for group in ("residential", "residential prepaid card", "production", "business"):
            for voltage in tariff_files.shipped_price_book().voltages(group):
                found = sorted(
                    (
                        t
                        for t in tariff_files.load_tariffs()
                        if (t.group, t.voltage) == (group, voltage)
                    ),
                    key=lambda t: t.valid_from,
                )
                with self.subTest(group=group, voltage=voltage):
                    self.assertEqual(
                        [t.valid_before for t in found[:-1]], [t.valid_from for t in found[1:]]
                    )
                    self.assertIsNone(found[-1].valid_before)

    def test_keep_rows_of_a_weak_source_marked(self):
        marked = {(t.decision, t.group) for t in tariff_files.load_tariffs() if not t.confirmed}
        self.assertIn(("2699/QD-BCT", "business"), marked)
        self.assertIn(("1062/QD-BCT", "residential prepaid card"), marked)
        self.assertNotIn("1279/QD-BCT", {decision for decision, _ in marked})

    def test_are_read_half_open(self):
        tariff = tariff_files.shipped_price_book().tariff(
            group="residential", voltage="", on=date(2025, 5, 9)
        )
        self.assertEqual(tariff.valid_before, date(2025, 5, 10))

    def test_name_the_row_that_cannot_be_read(self):
        for row in (
            "1/QD,2025-13-01,,residential,,flat,1,yes",
            "1/QD,2025-01-01,,residential,,flat,1.5,yes",
            "1/QD,2025-01-01,,residential,,flat,1,maybe",
            "1/QD,2025-01-01",
        ):
            with self.subTest(row), TemporaryDirectory() as folder:
                path = Path(folder) / "prices.csv"
                path.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
                with self.assertRaisesRegex(BadTariff, "prices.csv, row 2"):
                    tariff_files.load_tariffs(path)


class TariffTests(TestCase):
    def test_knows_its_kind_by_its_registers(self):
        self.assertIs(a_tariff("0-50", "51+").kind, Kind.STEPS)
        self.assertIs(a_tariff("peak", "normal", "offpeak").kind, Kind.BANDS)
        self.assertIs(a_tariff("flat").kind, Kind.FLAT)
        self.assertIs(a_tariff("all").kind, Kind.PREPAID)

    def test_makes_steps_in_order_whatever_the_order_of_its_prices(self):
        steps = a_tariff("101+", "0-50", "51-100").steps
        self.assertEqual([(s.number, s.width) for s in steps], [(1, 50), (2, 50), (3, None)])

    def test_refuses_prices_that_are_no_list(self):
        for registers in (
            (),
            ("0-50",),
            ("1-50", "51+"),
            ("0-50", "52+"),
            ("0-50", "50+"),
            ("0-50", "51-40", "41+"),
            ("0-50", "51+", "51+"),
            ("0-50", "51+", "flat"),
            ("normal", "peak"),
            ("normal", "peak", "offpeak", "peak"),
            ("flat", "flat"),
            ("night",),
        ):
            with self.subTest(registers), self.assertRaises(BadTariff):
                a_tariff(*registers)

    def test_refuses_a_price_that_is_not_whole_dong(self):
        for dong in (-1, 1.5, Decimal(2)):
            with self.subTest(dong), self.assertRaises(BadTariff):
                Tariff("1/QD", date(2020, 1, 1), None, "g", "", (Price("flat", dong),))


class PriceBookTests(TestCase):
    def test_refuses_two_lists_in_force_on_one_day(self):
        first = a_tariff("flat", valid_before=date(2021, 1, 2))
        second = a_tariff("flat", valid_from=date(2021, 1, 1))
        with self.assertRaisesRegex(BadTariff, "2021-01-01"):
            PriceBook((first, second), (), ())

    def test_takes_two_lists_that_touch(self):
        first = a_tariff("flat", valid_before=date(2021, 1, 1))
        second = a_tariff("flat", valid_from=date(2021, 1, 1))
        book = PriceBook((second, first), (), ())
        for on, tariff in ((date(2020, 12, 31), first), (date(2021, 1, 1), second)):
            self.assertIs(book.tariff(group="residential", voltage="", on=on), tariff)

    def test_cuts_a_period_where_a_price_begins(self):
        stretches = tariff_files.shipped_price_book().stretches(
            group="residential",
            voltage="",
            starts_on=date(2025, 5, 1),
            ends_before=date(2025, 6, 1),
        )
        self.assertEqual([stretch.days for stretch in stretches], [9, 22])

    def test_names_the_day_without_a_price(self):
        book = PriceBook((a_tariff("flat", valid_before=date(2020, 2, 1)),), (), ())
        with self.assertRaisesRegex(NoTariff, "2020-02-01"):
            book.stretches(
                group="residential",
                voltage="",
                starts_on=date(2020, 1, 15),
                ends_before=date(2020, 2, 15),
            )


class DeclaredTenantTests(TestCase):
    def test_count_in_quarters_of_a_household(self):
        rule = tariff_files.shipped_price_book().rule("people_per_household", on=date(2026, 10, 1))
        for people, households in ((1, "0.25"), (3, "0.75"), (4, "1"), (5, "1.25"), (10, "2.5")):
            with self.subTest(people=people):
                self.assertEqual(declared_households(people, rule), Decimal(households))

    def test_are_at_least_one(self):
        rule = tariff_files.shipped_price_book().rule("people_per_household", on=date(2026, 10, 1))
        with self.assertRaises(BadBasis):
            declared_households(0, rule)
