"""Files that are taken, and how their rows, headings and cells come out."""

import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from portal.lib.spreadsheets import Damaged, Limits, Refused, Sheet, as_text, read, shown

from .files import HEADER, ROWS, csv_text, ods, ods_row, saved, xlsx, xlsx_parts, xml_rows, zipped

TEXT = csv_text(HEADER, *ROWS)


def rows_of(sheet: Sheet) -> list[tuple]:
    return [tuple(cells) for _number, cells in sheet.rows]


def numbers_of(sheet: Sheet) -> list[int]:
    return [number for number, _cells in sheet.rows]


class EncodingTests(TestCase):
    def test_reads_what_offices_save(self):
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            with self.subTest(encoding):
                sheet = read(TEXT.encode(encoding), headings=HEADER)
                self.assertEqual(sheet.header, HEADER)
                self.assertEqual(rows_of(sheet), list(ROWS))
                self.assertEqual(sheet.encoding, encoding.removesuffix("-sig"))

    def test_reads_utf_16_of_either_byte_order_by_its_mark(self):
        for encoding in ("utf-16-le", "utf-16-be"):
            with self.subTest(encoding):
                sheet = read(f"\ufeff{TEXT}".encode(encoding), headings=HEADER)
                self.assertEqual(rows_of(sheet), list(ROWS))

    def test_composes_windows_1258(self):
        # The code page holds letters such as ễ only as ê and a tone.
        heading = "kha\u0301ch ha\u0300ng"
        text = f"Ma\u0303 {heading},Tên {heading}\r\nPE1,Nguyê\u0303n Hoa\u0300"
        sheet = read(text.encode("cp1258"), headings=HEADER)
        self.assertEqual(sheet.header, HEADER[:2])
        self.assertEqual(rows_of(sheet), [("PE1", "Nguyễn Hoà")])
        self.assertEqual(sheet.encoding, "cp1258")

    def test_refuses_what_cannot_be_told(self):
        for name, content in (
            ("UTF-16 without its mark", TEXT.encode("utf-16-be")),
            ("ASCII as UTF-16", "Ma khach hang,Ten khach hang\r\n".encode("utf-16-le")),
            ("UTF-32", TEXT.encode("utf-32")),
            ("VNI bytes", "Maõ khaùch haøng,Teân\r\nPE1,Nguyeãn Thò Hoøa".encode("latin-1")),
            ("UTF-8 with a broken byte", TEXT.encode() + b"\xff\xfe\x80"),
            ("UTF-16 cut in a letter", "\ufeffMã".encode("utf-16-le")[:-1]),
        ):
            with self.subTest(name), self.assertRaisesRegex(Refused, "encoding"):
                read(content, headings=HEADER)


class DelimiterTests(TestCase):
    def test_is_found_by_the_headings_it_shows(self):
        for delimiter in ",;\t|":
            with self.subTest(delimiter):
                sheet = read(csv_text(HEADER, *ROWS, delimiter=delimiter).encode(), headings=HEADER)
                self.assertEqual((sheet.delimiter, rows_of(sheet)), (delimiter, list(ROWS)))

    def test_is_not_fooled_by_commas_in_values(self):
        text = "Công ty Điện lực, 10/2026\r\n\r\n" + csv_text(
            HEADER, ("PE01000123456", "Công ty A, B, C, D", "1,5"), delimiter=";"
        )
        self.assertEqual(read(text.encode(), headings=HEADER).delimiter, ";")

    def test_is_taken_from_a_sep_line_which_is_no_row(self):
        for line in ("sep=;\r\n", '"sep=;"\r\n', "\ufeffSEP=;\n"):
            with self.subTest(line):
                text = line + csv_text(HEADER, *ROWS, delimiter=";")
                sheet = read(text.encode(), headings=HEADER)
                self.assertEqual(rows_of(sheet), list(ROWS))
                self.assertEqual((sheet.header_row, numbers_of(sheet)), (1, [2, 3]))


class RowTests(TestCase):
    def test_keep_their_numbers_past_titles_and_blank_rows(self):
        text = "CÔNG TY ĐIỆN LỰC\r\n\r\n" + csv_text(HEADER, ROWS[0], ("", " ", ""), ROWS[1], ("",))
        sheet = read(text.encode(), headings=HEADER)
        self.assertEqual((sheet.header_row, numbers_of(sheet)), (3, [4, 6]))
        book = read(xlsx(("CÔNG TY",), (), HEADER, ROWS[0], (), ROWS[1]), headings=HEADER)
        self.assertEqual((book.header_row, numbers_of(book)), (3, [4, 6]))
        self.assertEqual(rows_of(book), list(ROWS))

    def test_are_as_wide_as_the_headings(self):
        text = csv_text((*HEADER, "", ""), ("PE1", "A"), ("PE2", "B", "1", "", ""))
        self.assertEqual(
            rows_of(read(text.encode(), headings=HEADER)), [("PE1", "A", ""), ("PE2", "B", "1")]
        )

    def test_with_more_fields_than_headings_are_set_apart(self):
        text = csv_text(HEADER, ("PE1", "Lê Lợi", "Q1", "5"), ROWS[0])
        sheet = read(text.encode(), headings=HEADER)
        self.assertEqual([number for number, _why in sheet.unreadable], [2])
        self.assertEqual(numbers_of(sheet), [3])

    def test_hold_quoted_delimiters_quotes_and_line_breaks(self):
        text = csv_text(HEADER) + '"PE1","Lê ""Tám"", Lợi","12\r\n5"\r\n' + csv_text(ROWS[0])
        sheet = read(text.encode(), headings=HEADER)
        self.assertEqual(rows_of(sheet), [("PE1", 'Lê "Tám", Lợi', "12\r\n5"), ROWS[0]])
        self.assertEqual(numbers_of(sheet), [2, 3])

    def test_with_a_monstrous_field_are_set_apart(self):
        text = csv_text(HEADER, ("PE1", "x" * 10_000_000, "1"), *ROWS)
        sheet = read(text.encode(), headings=HEADER)
        self.assertEqual([number for number, _why in sheet.unreadable], [2])
        self.assertEqual((rows_of(sheet), numbers_of(sheet)), (list(ROWS), [3, 4]))

    def test_with_quotes_that_do_not_pair_up_are_set_apart(self):
        text = csv_text(HEADER, ("PE1", '"Nguyễn "Tý" Văn"', "1"), *ROWS)
        sheet = read(text.encode(), headings=HEADER)
        self.assertEqual([number for number, _why in sheet.unreadable], [2])
        self.assertEqual(numbers_of(sheet), [3, 4])

    def test_after_an_unclosed_quote_stop_the_file_naming_its_line(self):
        for name, after in (
            ("a few lines", csv_text(*ROWS)),
            ("90,000 lines", csv_text(ROWS[0]) * 90_000),
            ("closed by another stray one", csv_text(ROWS[0]) * 50 + 'PE2,"B,1\r\n'),
            ("closed by chance", csv_text(ROWS[0]) * 50 + 'PE2",1\r\n'),
            ("the last line", ""),
        ):
            with self.subTest(name), self.assertRaisesRegex(Refused, "line 3 "):
                read((csv_text(HEADER, ROWS[0]) + 'PE1,"A,1\r\n' + after).encode(), headings=HEADER)

    @given(st.lists(st.lists(st.text(alphabet='ab",;\nđ '), min_size=3, max_size=3), max_size=5))
    def test_come_back_as_a_spreadsheet_program_writes_them(self, rows):
        def quoted(text: str) -> str:
            return '"' + text.replace('"', '""') + '"'

        text = csv_text(HEADER, *([quoted(cell) for cell in row] for row in rows))
        kept = [tuple(row) for row in rows if "".join(row).strip()]
        self.assertEqual(rows_of(read(text.encode(), headings=HEADER)), kept)


class HeadingTests(TestCase):
    def test_are_found_whatever_their_case_accents_and_marks(self):
        for heading in ("MA KHACH HANG", "Ma khach hang", "MÃ KHÁCH HÀNG", "mã_khách_hàng *:"):
            with self.subTest(heading):
                sheet = read(csv_text((heading, *HEADER[1:]), *ROWS).encode(), headings=HEADER)
                self.assertEqual(sheet.header[0], heading)

    def test_missing_stop_the_file_and_are_named(self):
        for name, text in (
            ("other file", csv_text(("Ngày", "Chỉ số"), ("1/9/2026", "5"))),
            ("no headings", csv_text(*ROWS)),
            ("one of them in a title", csv_text(("Mã khách hàng", "tháng 10"), *ROWS)),
            ("two merged rows", csv_text(("Kỳ hóa đơn", ""), ("Tháng", "Năm"), ("10", "2026"))),
            ("below row 20", "x\r\n" * 20 + TEXT),
        ):
            with self.subTest(name), self.assertRaisesRegex(Refused, "Looked for: Mã khách hàng"):
                read(text.encode(), headings=HEADER)

    def test_are_found_up_to_row_20(self):
        sheet = read(("x\r\n" * 19 + TEXT).encode(), headings=HEADER)
        self.assertEqual((sheet.header_row, numbers_of(sheet)), (20, [21, 22]))

    def test_of_a_list_with_one_column_are_found(self):
        sheet = read("Mã khách hàng\r\nPE01000123456\r\n".encode(), headings=HEADER[:1])
        self.assertEqual(rows_of(sheet), [("PE01000123456",)])


class WorkbookTests(TestCase):
    def test_gives_cells_by_their_type(self):
        day, moment = date(2026, 11, 23), datetime(2026, 11, 28, 7, 30)
        sheet = read(xlsx(HEADER, (day, moment, 1.5), (903123456, "x", "")), headings=HEADER)
        self.assertEqual(rows_of(sheet), [(day, moment, 1.5), (903123456.0, "x", "")])
        self.assertEqual((sheet.form, sheet.name), ("xlsx", "Sheet1"))

    def test_reads_ods(self):
        rows = "".join(ods_row(*row) for row in (HEADER, *ROWS)) + ods_row(repeated=1_048_573)
        sheet = read(ods(rows), headings=HEADER)
        self.assertEqual((sheet.form, sheet.name, rows_of(sheet)), ("ods", "Bảng", list(ROWS)))

    def test_knows_the_calendar_of_1904(self):
        book = Workbook()
        book.epoch = CALENDAR_MAC_1904
        for row in (HEADER[:2], ("a", 44887)):
            book.active.append(row)
        self.assertTrue(read(saved(book), headings=HEADER).date1904)
        self.assertFalse(read(xlsx(HEADER), headings=HEADER).date1904)

    def test_with_data_on_several_sheets_is_refused_with_their_names(self):
        content = xlsx(sheets={"Bìa": [("Danh sách",)], "DSKH": [HEADER, *ROWS], "Trống": []})
        with self.assertRaisesRegex(Refused, "Bìa, DSKH"):
            read(content, headings=HEADER)
        self.assertEqual(rows_of(read(content, headings=HEADER, sheet="DSKH")), list(ROWS))
        for name in ("Trống", "DS"):
            with self.subTest(name), self.assertRaisesRegex(Refused, "no sheet"):
                read(content, headings=HEADER, sheet=name)

    def test_with_data_on_the_second_sheet_alone_is_read(self):
        content = xlsx(sheets={"Trống": [], "DSKH": [HEADER, *ROWS]})
        self.assertEqual(read(content, headings=HEADER).name, "DSKH")

    def test_passes_over_a_chart_sheet(self):
        book = Workbook()
        book.create_chartsheet("Biểu đồ", 0)
        for row in (HEADER, *ROWS):
            book.worksheets[0].append(row)
        self.assertEqual(rows_of(read(saved(book), headings=HEADER)), list(ROWS))

    def test_without_data_is_refused(self):
        for content in (xlsx(), ods("")):
            with self.assertRaisesRegex(Refused, "no data"):
                read(content, headings=HEADER)

    def test_shows_errors_and_results_that_were_never_calculated(self):
        rows = xml_rows(HEADER) + (
            '<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2"><f>"P"&amp;"E"</f></c>'
            '<c r="C2"><f>1+1</f><v>2</v></c></row>'
            '<row r="3"><c r="A3" t="str"><f>"PE"</f><v>PE1</v></c>'
            '<c r="B3" t="str"><f>""</f><v></v></c><c r="C3"><f>A1</f><v/></c></row>'
        )
        sheet = read(zipped(xlsx_parts(rows)), headings=HEADER)
        (error, missing, two), (kept, empty, unknown) = rows_of(sheet)
        self.assertEqual((two, kept, empty), (2.0, "PE1", ""))
        for cell, text in ((error, "#REF!"), (missing, '="P"'), (unknown, "=A1")):
            self.assertIsInstance(cell, Damaged)
            self.assertTrue(cell.text.startswith(text))

    def test_shows_errors_in_ods(self):
        error = (
            '<table:table-cell office:value-type="string" office:string-value="" '
            'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
        )
        rows = ods_row(*HEADER) + ods_row("PE1").replace(
            "</table:table-row>", f"{error}{error}</table:table-row>"
        )
        ((_number, (_code, first, second)),) = read(ods(rows), headings=HEADER).rows
        self.assertEqual((first.text, second.text), ("#DIV/0!", "#DIV/0!"))

    def test_is_read_from_a_path_too(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("a.csv", xlsx(HEADER, *ROWS)), ("b.xlsx", TEXT.encode())):
                path = Path(folder, name)
                path.write_bytes(content)
                self.assertEqual(rows_of(read(path, headings=HEADER)), list(ROWS))


class UsedRangeTests(TestCase):
    ROWS = xml_rows(HEADER, *ROWS)

    def test_counts_filled_cells_and_no_merely_formatted_ones(self):
        # As Excel leaves them behind when a whole column was formatted.
        empty = "".join(
            f'<row r="{n}"><c r="A{n}" s="1"/><c r="AD{n}" s="1"/></row>' for n in range(4, 50_000)
        )
        content = zipped(xlsx_parts(self.ROWS + empty))
        sheet = read(content, headings=HEADER, limits=Limits(cells=1_000_000))
        self.assertEqual(rows_of(sheet), list(ROWS))

    def test_counts_no_columns_that_are_merely_formatted(self):
        wide = '<row r="4">' + "".join(f'<c r="{c}4" s="1"/>' for c in ("XFD", "ABC")) + "</row>"
        sheet = read(
            zipped(xlsx_parts(self.ROWS + wide)), headings=HEADER, limits=Limits(cells=1_000)
        )
        self.assertEqual(rows_of(sheet), list(ROWS))

    def test_does_not_believe_the_dimension_tag(self):
        for reference in ("A1:XFD1048576", "A1"):
            with self.subTest(reference):
                parts = xlsx_parts(self.ROWS, before=f'<dimension ref="{reference}"/>')
                self.assertEqual(rows_of(read(zipped(parts), headings=HEADER)), list(ROWS))

    def test_over_all_measure_is_refused_before_it_is_laid_out(self):
        for row in (1_048_576, 2_000):
            far = f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>'
            with (
                self.subTest(row),
                self.assertRaisesRegex(Refused, f"{row} rows and 16384 columns"),
            ):
                read(zipped(xlsx_parts(self.ROWS + far)), headings=HEADER)
        rows = ods_row(*HEADER) + ods_row(*"abcdefghijklmnopqrstuvw", repeated=1_000_000)
        with self.assertRaisesRegex(Refused, "1000001 rows and 23 columns"):
            read(ods(rows), headings=HEADER)


class AsTextTests(TestCase):
    def test_restores_what_a_float_was(self):
        for cell, text in (
            (12345678.0, "12345678"),
            (1010001234567.0, "1010001234567"),
            (1e12, "1000000000000"),
            (1.23456789012346e16, "12345678901234600"),
            (0.1 + 0.2, "0.3"),
            (-5.0, "-5"),
            (1.5, "1.5"),
            (True, "True"),
            ("000123", "000123"),
            (date(2026, 11, 23), "2026-11-23"),
        ):
            with self.subTest(cell):
                self.assertEqual(as_text(cell), text)

    def test_is_shown_on_one_line_of_eighty_characters(self):
        self.assertEqual(len(shown("x" * 400)), 80)
        self.assertEqual(shown("a\r\nb\x00c"), "a b␀c")

    def test_is_shown_as_people_write_it(self):
        self.assertEqual(shown(Decimal("31000.10")), "31000,10")
        self.assertEqual(shown(0.5), "0,5")
        self.assertEqual(shown("1.5"), "1.5")
        self.assertEqual(shown(date(2026, 11, 29)), "29/11/2026")
