"""How a table reads a sheet: headings, rows, keys, totals."""

from datetime import datetime
from typing import Any
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from portal.lib.columns import (
    Column,
    Parsed,
    Table,
    account_number,
    billing_month,
    index_wh,
    money,
    person_name,
    text,
    whole,
)
from portal.lib.periods import LOCAL
from portal.lib.spreadsheets import Damaged, Refused, Sheet, read

from .files import csv_text

AT = datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)
HEADER = ("Mã khách hàng", "Tên", "Số tiền")
A, B, C = "PE01000123456", "PE01000123457", "PE01000123458"


def a_table(**changes: Any) -> Table:
    options: dict[str, Any] = {
        "kind": "test",
        "columns": (
            Column(
                name="number",
                heading="Mã khách hàng",
                synonyms=("Mã KH", "Số khách hàng"),
                parse=account_number(),
            ),
            Column(name="name", heading="Tên", parse=person_name(), required=False, default=""),
            Column(name="amount", heading="Số tiền", parse=money(), required=False, summed=True),
        ),
        "key": ("number",),
    }
    return Table(**options | changes)


def a_sheet(*rows: tuple, header: tuple[str, ...] = HEADER, **options: Any) -> Sheet:
    numbered = [(number, list(row)) for number, row in enumerate(rows, 2)]
    return Sheet("", "csv", header, 1, numbered, **options)


def parsed(*rows: tuple, header: tuple[str, ...] = HEADER, **changes: Any) -> Parsed:
    return a_table(**changes).read(a_sheet(*rows, header=header), at=AT)


def numbers(found: Parsed) -> list[int]:
    return [row.number for row in found.rows]


def refused(found: Parsed) -> list[tuple[int, str]]:
    return [(refusal.row, refusal.column) for refusal in found.refused]


class DeclarationTests(TestCase):
    def test_refuses_a_name_or_heading_that_stands_twice(self):
        one = Column(name="a", heading="Tên", parse=text())
        for other in (
            Column(name="a", heading="Khác", parse=text()),
            Column(name="b", heading="TEN", parse=text()),
            Column(name="b", heading="Khác", synonyms=("tên",), parse=text()),
        ):
            with self.subTest(other), self.assertRaises(ValueError):
                Table(kind="test", columns=(one, other), key=("a",))

    def test_refuses_a_key_of_no_column(self):
        with self.assertRaises(ValueError):
            a_table(key=("amount", "month"))

    def test_lists_its_headings_with_their_synonyms(self):
        self.assertEqual(
            a_table().headings(),
            ("Mã khách hàng", "Mã KH", "Số khách hàng", "Tên", "Số tiền"),
        )
        self.assertEqual(a_table().heading_of("amount"), "Số tiền")
        self.assertEqual(a_table().heading_of("Số tiền"), "Số tiền")


class HeadingTests(TestCase):
    def test_are_matched_by_name_in_any_order(self):
        found = parsed(("1", A, "Lê"), header=("SO TIEN", "Mã_KH:", "tên"))
        self.assertEqual(found.rows[0].values, {"number": A, "name": "Lê", "amount": 1})

    def test_that_are_unknown_are_listed_and_never_used(self):
        header = ("is_superuser", *HEADER, "id", "", "id")
        found = parsed(("1", A, "Lê", "5", "7", "", "8"), header=header)
        self.assertEqual(found.ignored_columns, ("is_superuser", "id", "id"))
        self.assertEqual(found.rows[0].values, {"number": A, "name": "Lê", "amount": 5})

    def test_that_stand_twice_stop_the_file(self):
        for header in ((*HEADER, "Số tiền"), (*HEADER, "MA KH")):
            with self.subTest(header), self.assertRaisesRegex(Refused, "Two columns mean"):
                parsed((A, "Lê", "1", "2"), header=header)

    def test_of_required_columns_that_are_missing_stop_the_file(self):
        with self.assertRaisesRegex(Refused, "missing: Mã khách hàng. The file has: Tên, Số tiền"):
            parsed(("Lê", "1"), header=("Tên", "Số tiền"))

    def test_of_optional_columns_may_be_missing_and_are_named(self):
        found = parsed((A,), header=("Mã khách hàng",))
        self.assertEqual(found.absent_columns, ("name", "amount"))
        self.assertEqual(found.rows[0].values, {"number": A, "name": "", "amount": None})


class RowTests(TestCase):
    def test_with_a_wrong_field_is_refused_whole_with_every_wrong_field_named(self):
        found = parsed(("PE1", "12", "abc"), (A, "Lê", "5"))
        self.assertEqual(refused(found), [(2, "Mã khách hàng"), (2, "Tên"), (2, "Số tiền")])
        self.assertEqual([r.value for r in found.refused], ["PE1", "12", "abc"])
        self.assertTrue(all(refusal.reason for refusal in found.refused))
        self.assertEqual(numbers(found), [3])

    def test_lacking_a_required_value_is_refused(self):
        found = parsed(("", "Lê", "5"), ("\u200b", "Lê", "5"), (A, "", ""))
        self.assertEqual(refused(found), [(2, "Mã khách hàng"), (3, "Mã khách hàng")])
        self.assertEqual(found.rows[0].values, {"number": A, "name": "", "amount": None})

    def test_that_looks_odd_is_mended_and_remarked_on(self):
        found = parsed((f" {A.lower()} ", "Lê\u00a0\u00a0Tám", "5"))
        self.assertEqual(found.rows[0].values["number"], A)
        said = [(r.row, r.column, r.before, r.after) for r in found.remarks]
        self.assertEqual(
            said,
            [(2, "Mã khách hàng", A.lower(), A), (2, "Tên", "Lê Tám", "Lê Tám")],
        )
        self.assertTrue(all(isinstance(remark.why, str) and remark.why for remark in found.remarks))

    def test_that_could_not_be_split_is_refused(self):
        sheet = a_sheet((A, "Lê", "5"), unreadable=[(3, "quotes")])
        found = a_table().read(sheet, at=AT)
        self.assertEqual([(r.row, r.reason) for r in found.refused], [(3, "quotes")])

    def test_with_a_damaged_cell_is_refused_naming_it(self):
        found = parsed((A, Damaged("#N/A", "an error"), "5"), (B, "Lê", "6"))
        (refusal,) = found.refused
        self.assertEqual((refusal.row, refusal.value, refusal.reason), (2, "#N/A", "an error"))

    def test_shows_long_values_cut_to_eighty_characters(self):
        (refusal,) = parsed((A, "x" * 500, "5")).refused
        self.assertEqual(len(refusal.value), 80)

    def test_passes_the_checks_over_several_columns_or_is_refused(self):
        def named(values):
            if values["amount"] and not values["name"]:
                yield "name", "a payer needs a name"

        found = parsed((A, "", "5"), (B, "", "0"), (C, "12", "7"), checks=(named,))
        self.assertEqual(refused(found), [(2, "Tên"), (4, "Tên")])
        self.assertEqual(found.refused[0].reason, "a payer needs a name")
        self.assertEqual(numbers(found), [3])

    def test_are_told_apart_by_type_and_not_by_what_equals(self):
        column = Column(name="a", heading="A", parse=whole())
        table = Table(kind="test", columns=(column,), key=("a",))
        found = table.read(a_sheet((1.0,), (True,), header=("A",)), at=AT)
        self.assertEqual([r.reason for r in found.refused], ["This is not a number."])

    def test_fare_alike_in_whatever_order_they_stand(self):
        rows = [(A, "Lê", "5"), ("PE1", "x", "1"), (B, "Trần", "abc"), (C.lower(), "Ng", "7")]
        forward, backward = parsed(*rows), parsed(*reversed(rows))
        self.assertEqual(
            sorted(row.values["number"] for row in forward.rows),
            sorted(row.values["number"] for row in backward.rows),
        )
        self.assertEqual({(7 - r.row, r.column) for r in forward.refused}, set(refused(backward)))

    @given(st.lists(st.tuples(*[st.one_of(st.text(), st.floats(), st.booleans())] * 3)))
    def test_balance_whatever_the_file_holds(self, rows):
        try:
            found = parsed(*rows)
        except Refused as refusal:
            self.assertTrue(str(refusal))
            return
        lost = {refusal.row for refusal in found.refused}
        self.assertEqual(sorted([*numbers(found), *lost]), list(range(2, len(rows) + 2)))


class ColumnTests(TestCase):
    def test_that_cannot_be_understood_stops_the_file_and_is_named(self):
        with self.assertRaisesRegex(Refused, "Column Số tiền: .*two ways"):
            parsed((A, "Lê", "1.250.000"), (B, "Lê", "850.5"))

    def test_says_the_rule_it_was_read_by(self):
        self.assertIn("comma", parsed((A, "Lê", "1.250.000")).rules["Số tiền"])
        self.assertEqual(parsed((A, "Lê", "5")).rules, {})

    def test_decides_by_all_rows_and_not_by_the_first(self):
        column = Column(name="index_wh", heading="Chỉ số", parse=index_wh())
        table = Table(kind="test", columns=(column,), key=("index_wh",))
        rows = [("1.250",)] * 3 + [("850,5",)]
        found = table.read(a_sheet(*rows[:1], *rows[3:], header=("Chỉ số",)), at=AT)
        self.assertEqual([row.values["index_wh"] for row in found.rows], [1_250_000, 850_500])


class FirstOfAKeyTests(TestCase):
    def test_counts_and_later_ones_are_told_of_it(self):
        found = parsed(
            (A, "Lê", "5"), (B, "Lê", "5"), (A, "Lê", "9"), (A, "Lê", "5"), duplicates="first"
        )
        self.assertEqual(numbers(found), [2, 3])
        self.assertEqual(refused(found), [(4, "Mã khách hàng"), (5, "Mã khách hàng")])
        self.assertTrue(all("Row 2 " in refusal.reason for refusal in found.refused))
        self.assertEqual(found.refused[0].value, A)

    def test_is_the_first_good_one(self):
        found = parsed((A, "12", "5"), (A, "Lê", "9"), duplicates="first")
        self.assertEqual((numbers(found), refused(found)), ([3], [(2, "Tên")]))


class NoneOfAKeyTests(TestCase):
    def test_is_taken_where_rows_differ(self):
        found = parsed((A, "Lê", "5"), (B, "Lê", "5"), (A, "Lê", "9"), (A, "Lê", "5"))
        self.assertEqual(numbers(found), [3])
        self.assertEqual([row for row, _column in refused(found)], [2, 4, 5])
        self.assertIn("Rows 2, 4, 5 ", found.refused[0].reason)

    def test_but_the_first_is_taken_where_rows_are_alike(self):
        found = parsed((A, "Lê", "5"), (B, "Lê", "5"), (A, "Lê", "5"))
        self.assertEqual(numbers(found), [2, 3])
        self.assertEqual(refused(found), [(4, "Mã khách hàng")])
        self.assertIn("loaded once", found.refused[0].reason)

    def test_counts_good_rows_only(self):
        found = parsed((A, "Lê", "5"), (A, "Lê", "abc"))
        self.assertEqual((numbers(found), refused(found)), ([2], [(3, "Số tiền")]))

    def test_names_all_columns_of_the_key(self):
        month = Column(name="month", heading="Kỳ", parse=billing_month())
        columns = (*a_table().columns, month)
        rows = ((A, "Lê", "5", "10/2026"), (A, "Lê", "5", "9/2026"), (A, "Lê", "6", "10/2026"))
        found = parsed(*rows, header=(*HEADER, "Kỳ"), columns=columns, key=("number", "month"))
        self.assertEqual(numbers(found), [3])
        self.assertEqual(refused(found), [(2, "Mã khách hàng, Kỳ"), (4, "Mã khách hàng, Kỳ")])
        self.assertEqual(found.refused[0].value, f"{A}, 01/10/2026")


class TotalTests(TestCase):
    ROWS = ((A, "Lê", "1.000.000"), (B, "Trần", "234.567"))

    def test_are_no_customer_and_are_compared_with_the_rows(self):
        for total in (
            ("Tổng cộng", "", "1.234.567"), ("", "TỔNG CỘNG:", "1.234.567"), ("", "Tổng", ""),
            ("Cộng", "", 1234567.0),
        ):  # fmt: skip
            with self.subTest(total):
                found = parsed(*self.ROWS, total)
                self.assertEqual((numbers(found), refused(found)), ([2, 3], []))
                (remark,) = [one for one in found.remarks if one.row == 4]
                self.assertIn("totals", remark.why)
                self.assertEqual((remark.column, found.totals), ("Mã khách hàng", 1))

    def test_that_differ_from_the_rows_stop_the_file(self):
        with self.assertRaisesRegex(
            Refused, "Số tiền: .*says 1234568, but the rows add up to 1234567"
        ):
            parsed(*self.ROWS, ("Tổng cộng", "", "1.234.568"))

    def test_are_not_compared_where_a_number_of_the_column_is_wrong(self):
        found = parsed(*self.ROWS, (C, "Ngô", "abc"), ("Tổng cộng", "", "9.999.999"))
        self.assertEqual(numbers(found), [2, 3])

    def test_in_between_are_refused_as_rows_without_a_code(self):
        found = parsed(self.ROWS[0], ("", "Tổng phường 1", "1.000.000"), self.ROWS[1])
        self.assertEqual((numbers(found), refused(found)), ([2, 4], [(3, "Mã khách hàng")]))

    def test_is_not_a_customer_of_that_name(self):
        found = parsed((A, "Tổng", "5"))
        self.assertEqual(numbers(found), [2])


class WholeWayTests(TestCase):
    def test_from_bytes_to_rows(self):
        content = csv_text(
            ("CÔNG TY ĐIỆN LỰC",), (), ("Số KH", "Ma KH", "Tên", "Số tiền"),
            ("1", A, "Lê Văn Tám", "1.250.000 ₫"), ("2", "PE12", "Trần", "1.000"), delimiter=";",
        )  # fmt: skip
        table = a_table()
        sheet = read(content.encode("utf-8-sig"), headings=table.headings())
        found = table.read(sheet, at=AT)
        self.assertEqual(numbers(found), [4])
        self.assertEqual(found.rows[0].values["amount"], 1_250_000)
        self.assertEqual(refused(found), [(5, "Mã khách hàng")])
        self.assertEqual(found.ignored_columns, ("Số KH",))
