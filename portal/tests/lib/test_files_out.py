"""Lines as CSV and as workbooks: a cell holds what was put there, and nothing of it is run."""

import csv
import io
import tracemalloc
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from portal.lib import workbooks
from portal.lib.csv_lines import csv_lines
from portal.lib.files_out import Form, answer
from portal.lib.text import printable, unescape_formula
from portal.lib.workbooks import Marked, xlsx_pieces

# Without what no file of text may hold.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(printable)
FORMULAS = ["=1+1", "+84901234567", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "－1", "'=1"]
HIDDEN = ["\x01=1", "\x7f@x", "\x00\x8d-1"]


def csv_rows(rows: Any, headings: Any = ("a",)) -> list[list[str]]:
    text = "".join(csv_lines(headings, rows))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


def workbook(rows: Any, headings: Any = ("a",), name: str = "x") -> io.BytesIO:
    return io.BytesIO(b"".join(xlsx_pieces(headings, rows, name=name)))


def sheet(rows: Any, headings: Any = ("a",)) -> list[list[Any]]:
    book = python_calamine.load_workbook(workbook(rows, headings))
    return book.get_sheet_by_index(0).to_python()[1:]


class TestCsv:
    def test_is_opened_by_a_double_click_here(self):
        text = "".join(csv_lines(["Tên", "Số"], [["Lê; An", Decimal("1.50")], ["x", 7]]))
        assert text == '\ufeffTên;Số\r\n"Lê; An";1,50\r\nx;7\r\n'

    def test_writes_each_value_as_people_here_do(self):
        cells = [None, "", 1_000_000, -5, 0.1, 1e20, date(2026, 11, 3), datetime(2026, 11, 3, 7, 5)]
        (row,) = csv_rows([cells], "abcdefgh")[1:]
        assert row == [
            "", "", "1000000", "-5", "0,1", "100000000000000000000", "2026-11-03",
            "2026-11-03 07:05:00",
        ]  # fmt: skip

    @pytest.mark.parametrize("text", FORMULAS + HIDDEN)
    def test_runs_no_formula(self, text: str):
        assert csv_rows([[text]])[1][0].startswith("'")

    @given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=5))
    def test_holds_every_text(self, rows: list[list[str]]):
        found = csv_rows(rows, "ab")[1:]
        assert [[unescape_formula(cell) for cell in row] for row in found] == rows


class TestWorkbook:
    def test_tells_codes_numbers_and_days_apart(self):
        row = [
            "0007",
            7,
            Decimal("1.25"),
            0.5,
            True,
            date(2026, 11, 3),
            datetime(2026, 11, 3, 7, 5),
        ]
        book = openpyxl.load_workbook(workbook([row], "abcdefg"))
        assert [cell.value for cell in book.active[2]] == [
            "0007", 7, 1.25, 0.5, True, datetime(2026, 11, 3), datetime(2026, 11, 3, 7, 5),
        ]  # fmt: skip
        assert book.active["A2"].number_format == "@"
        assert book.active["F2"].number_format == "dd/mm/yyyy"

    def test_keeps_all_digits_of_a_long_number(self):
        assert sheet([[10**15], [999_999_999_999_999]]) == [
            ["1000000000000000"],
            [999999999999999.0],
        ]

    @pytest.mark.parametrize("text", FORMULAS + HIDDEN)
    def test_runs_no_formula(self, text: str):
        assert sheet([[text]])[0][0].startswith("'")
        cell = openpyxl.load_workbook(workbook([[text]])).active["A2"]
        assert cell.data_type != "f"

    @given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5))
    def test_holds_every_text_that_xml_can(self, rows: list[list[str]]):
        found = sheet([["x", *row] for row in rows], "abc")
        kept = [
            [text.replace("\ufffe", " ").replace("\uffff", " ") for text in row] for row in rows
        ]
        assert [[unescape_formula(cell) for cell in row[1:]] for row in pad(found, 3)] == kept

    @pytest.mark.parametrize("text", ["_x0041_", "a_x000D_b", "a\rb", "a\nb", " x ", '<&>"', "]]>"])
    def test_keeps_what_xml_and_spreadsheets_take_for_signs(self, text: str):
        assert sheet([[text]]) == [[text]]

    def test_leaves_out_what_no_workbook_holds(self):
        assert sheet([["a\x01b\x0bc\x1fd"]]) == [["ab c d"]]

    def test_marks_a_cell_that_is_to_be_looked_at(self):
        book = openpyxl.load_workbook(workbook([["a", Marked("=b"), Marked("")]], "abc"))
        fills = [cell.fill.fgColor.rgb for cell in book.active[2]]
        assert fills == ["00000000", "FFFDE2B3", "FFFDE2B3"]
        assert book.active["B2"].value == "'=b"

    def test_names_its_sheet_as_sheets_may_be_called(self):
        for name, called in (("a/b & [c]", "a b &  c"), ("x" * 40, "x" * 31), ("*", "1")):
            assert openpyxl.load_workbook(workbook([], name=name)).sheetnames == [called]

    def test_has_as_many_columns_as_are_named(self):
        book = openpyxl.load_workbook(workbook([list(range(60))], range(60)))
        assert book.active["BH2"].value == 59
        with pytest.raises(ValueError, match="zip"):
            workbook([[1, 2]])

    def test_refuses_more_rows_than_a_sheet_holds(self):
        with patch.object(workbooks, "MOST_ROWS", 3):
            workbook(repeat(["x"], 2))
            with pytest.raises(ValueError, match="rows"):
                workbook(repeat(["x"], 3))


class TestBoth:
    @pytest.mark.parametrize("form", Form)
    def test_take_no_more_memory_for_more_rows(self, form: Form):
        line = ["PE01000000000", 1, Decimal("1.5"), date(2026, 1, 1), "Ngân hàng"]
        response = answer(form, name="x", headings="abcde", lines=repeat(line, 50_000))
        tracemalloc.start()
        size = sum(len(piece) for piece in response)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 100_000
        assert peak < 3 * 2**20

    @pytest.mark.parametrize("form", Form)
    def test_are_kept_under_their_name(self, form: Form):
        response = answer(form, name="bills-7", headings="a", lines=[])
        assert response["Content-Disposition"] == f'attachment; filename="bills-7.{form.value}"'


def pad(rows: list[list[Any]], wide: int) -> list[list[Any]]:
    """Rows as wide as the headings: readers leave out what is empty at the end."""
    return [[*row, *[""] * (wide - len(row))] for row in rows]
