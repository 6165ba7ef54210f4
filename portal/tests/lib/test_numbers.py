from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from portal.lib.money import grouped
from portal.lib.numbers import Ambiguous, Convention, NotANumber, convention, from_number


def read(*cells, whole=False):
    rule = convention(cells, whole=whole)
    return [rule.decimal(cell) for cell in cells]


class ConventionTests(TestCase):
    def test_reads_the_forms_met_in_one_companys_files(self):
        for written, value in (
            ("11,704.90", "11704.90"),
            ("3529591.00", "3529591"),
            ("3.959.323", "3959323"),
            ("263,25", "263.25"),
            ("-5,00", "-5"),
            ("−5,5", "-5.5"),
            ("+7", "7"),
            ("0.500", "0.5"),
            ("1234.567", "1234.567"),
        ):
            with self.subTest(written):
                self.assertEqual(read(written), [Decimal(value)])

    def test_reads_a_million_and_a_quarter_in_every_dress(self):
        for written in (
            "1.250.000", "1,250,000", "1250000", "1.250.000 ₫", "1 250 000 đ", "1250000.00",
            "1.250.000đ", "1.250.000 VNĐ", "1 250 000\u00a0đồng", " 1.250.000 ", 1250000.0,
            1249999.9999999998, "1249999.9999999998",
        ):  # fmt: skip
            with self.subTest(written):
                self.assertEqual(read(written, whole=True), [Decimal(1_250_000)])

    def test_decides_for_the_column_and_not_for_the_cell(self):
        self.assertEqual(read("1.250", "850.5"), [Decimal("1.25"), Decimal("850.5")])
        self.assertEqual(read("1.250", "1.250.000"), [Decimal(1250), Decimal(1_250_000)])
        self.assertEqual(read("1.250", "0,5"), [Decimal(1250), Decimal("0.5")])
        self.assertEqual(read(1.5, "1.250", "2,75"), [Decimal("1.5"), 1250, Decimal("2.75")])

    def test_stops_where_the_column_cannot_tell(self):
        for cells in (("1.250",), ("1,250", "12"), ("1.250", "tạm tính")):
            with self.subTest(cells), self.assertRaisesRegex(Ambiguous, "unclear"):
                convention(cells)

    def test_stops_where_two_conventions_are_mixed(self):
        for cells in (
            ("1.250", "1.250.000", "850.5"),
            ("1.250.000", "1,250,000"),
            ("11,704.90", "263,25"),
        ):
            with self.subTest(cells), self.assertRaisesRegex(Ambiguous, "two ways"):
                convention(cells)

    def test_takes_one_mark_in_whole_amounts_for_thousands(self):
        self.assertEqual(read("539.633", "269.244", whole=True), [539_633, 269_244])
        self.assertEqual(read("539,633", whole=True), [539_633])

    def test_stops_at_whole_amounts_with_both_marks_or_decimals(self):
        for cells in (("539.633", "269,244"), ("1.250", "850.5"), ("1.250", "1250000.00")):
            with self.subTest(cells), self.assertRaises(Ambiguous):
                convention(cells, whole=True)

    def test_leaves_what_is_no_number_to_its_row(self):
        rule = convention(["31789,47", "abc", "", "1e9", "(1.250.000)"])
        self.assertEqual(rule.decimal("31789,47"), Decimal("31789.47"))

    def test_needs_no_decision_where_nothing_is_marked(self):
        self.assertEqual(read("12", "1250000"), [12, 1_250_000])
        self.assertEqual(convention([]), Convention(","))

    def test_says_its_rule(self):
        self.assertIn("comma separates decimals", str(convention(["0,5"]).rule))
        self.assertIn("dot separates decimals", str(convention(["0.5"]).rule))


class DecimalTests(TestCase):
    def test_refuses_words_brackets_and_scientific_notation(self):
        for written, word in (
            ("(1.250.000)", "brackets"), ("1.25 triệu", "not a number"),
            ("một triệu", "not a number"), ("1.01E+12", "scientific"), ("1e9", "scientific"),
            ("1,1001E+10", "scientific"), ("tạm tính", "not a number"), ("", "not a number"),
            ("1.25.000", "not a number"), ("1.250.00", "not a number"), ("12 34", "not a number"),
            ("NaN", "not a number"), ("Infinity", "not a number"), ("٣", "not a number"),
            ("9" * 400, "not a number"), ("1_000", "not a number"), ("0x1F", "not a number"),
            ("--5", "not a number"), ("5-", "not a number"), ("1,2,3", "not a number"),
            (float("nan"), "not a number"), (float("inf"), "not a number"),
        ):  # fmt: skip
            with self.subTest(written), self.assertRaisesRegex(NotANumber, word):
                Convention(",").decimal(written)

    def test_reads_a_number_cell_as_the_spreadsheet_shows_it(self):
        for number, value in (
            (0.1 + 0.2, "0.3"),
            (1249999.9999999998, "1250000"),
            (31970.0, "31970"),
            (0.08, "0.08"),
            (12, "12"),
        ):
            with self.subTest(number):
                self.assertEqual(from_number(number), Decimal(value))

    @given(st.integers(-(10**15), 10**15))
    def test_reads_back_grouped_amounts(self, amount):
        self.assertEqual(Convention(",").decimal(grouped(amount)), amount)

    @given(st.decimals(places=2, min_value=-(10**12), max_value=10**12))
    def test_reads_back_both_conventions_alike(self, value):
        english = f"{value:,.2f}"
        vietnamese = english.translate(str.maketrans(",.", ".,"))
        self.assertEqual(read(english), [value])
        self.assertEqual(read(vietnamese), [value])

    @given(st.one_of(st.text(), st.text(alphabet="0123456789., đ-")))
    def test_gives_a_finite_number_or_refuses_whatever_it_is_given(self, written):
        for mark in ",.":
            try:
                value = Convention(mark).decimal(written)
            except NotANumber:
                continue
            self.assertTrue(value.is_finite())
