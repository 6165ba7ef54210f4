"""Each kind of column against what spreadsheets hold in it."""

import unicodedata
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from unittest import TestCase

from portal.lib import columns
from portal.lib.columns import Column, Context, Parser, Table
from portal.lib.periods import LOCAL
from portal.lib.spreadsheets import Refused, Sheet

AT = datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)


class ParserTests(TestCase):
    """Reads cells as one column of a table, which is how parsers are used."""

    def read(self, parse: Parser, *cells: Any, **options: Any) -> columns.Parsed:
        column = Column(name="value", heading="Cột", parse=parse, required=False)
        place = Column(name="place", heading="Số", parse=columns.each(lambda cell: cell))
        table = Table(kind="test", columns=(place, column), key=("place",))
        rows = [(number, [number, cell]) for number, cell in enumerate(cells, 2)]
        return table.read(Sheet("", "csv", ("Số", "Cột"), 1, rows, **options), at=AT)

    def assert_takes(self, parse: Parser, cell: Any, value: Any, remark: str = "") -> None:
        with self.subTest(cell):
            parsed = self.read(parse, cell)
            self.assertEqual([refusal.reason for refusal in parsed.refused], [])
            self.assertEqual(parsed.rows[0].values["value"], value)
            self.assertIs(type(parsed.rows[0].values["value"]), type(value))
            said = " ".join(remark.why for remark in parsed.remarks)
            self.assertRegex(said, remark) if remark else self.assertEqual(said, "")

    def assert_refuses(self, parse: Parser, cell: Any, reason: str) -> None:
        with self.subTest(cell):
            parsed = self.read(parse, cell)
            self.assertEqual(parsed.rows, [])
            self.assertRegex(parsed.refused[0].reason, reason)

    def assert_stops(self, parse: Parser, *cells: Any, reason: str) -> None:
        with self.subTest(cells), self.assertRaisesRegex(Refused, f"Cột: .*{reason}"):
            self.read(parse, *cells)


class AnyColumnTests(ParserTests):
    def test_refuses_what_is_worthless_everywhere(self):
        for cell, reason in (
            ("a\x00b", "unreadable"), ("a\x1bb", "unreadable"), ("a\x9fb", "unreadable"),
            ("#N/A", "error"), ("#REF!", "error"), ("#VALUE!", "error"), ("#DIV/0!", "error"),
            ("#NAME?", "error"), ("Err:502", "error"), ("x" * 40_000, "longer than any"),
        ):  # fmt: skip
            for parse in (columns.text(limit=50_000), columns.person_name(), columns.phone()):
                self.assert_refuses(parse, cell, reason)

    def test_takes_invisible_text_for_an_empty_cell(self):
        for cell in ("", "  ", "\u200b", "\u00a0\ufeff"):
            self.assert_takes(columns.email(), cell, None)

    def test_takes_back_the_apostrophe_of_an_export(self):
        self.assert_takes(columns.person_name(), "'+Lê Văn Tám", "+Lê Văn Tám")
        self.assert_takes(columns.phone(), "'+84903123456", "+84903123456")
        self.assert_takes(columns.text(), "''=1", "'=1")


class AccountNumberTests(ParserTests):
    parse = columns.account_number()

    def test_takes_codes(self):
        for number in ("PE01000123456", "PB15040001000", "PA12ABCDEFGHI", "PK0100012345"):
            self.assert_takes(self.parse, number, number)

    def test_puts_right_spaces_signs_and_small_letters(self):
        for cell in (
            "pe01000123456", "PE 0100 0123456", "PE01000123456\u00a0", "PE-01000123456",
            " pe01000123456 ", "PE01\u200b000123456", "\ufeffPE01000123456", "PE.01.000123456",
        ):  # fmt: skip
            self.assert_takes(self.parse, cell, "PE01000123456", "put right")

    def test_refuses_everything_else(self):
        for cell, reason in (
            ("PE0100012345", "11 digits"), ("PE010001234567", "11 digits"),
            ("PE0100012345O", "11 digits"), ("PE1234", "11 digits"),
            ("XE01000123456", "P, a letter"),
            ("PE01000123456'; DROP TABLE bill;--", "11 digits"), ("' OR 1=1--", "P, a letter"),
            ("ＰＥ01000123456", "P, a letter"), ("Tổng cộng", "P, a letter"), ("P", "P, a letter"),
            ("1.01E+12", "number"), ("1000120000000", "number"), (1000120000000.0, "number"),
            (1.5, "number"), (True, "number"), (date(2026, 11, 23), "number"),
        ):  # fmt: skip
            self.assert_refuses(self.parse, cell, reason)


class CodeTests(ParserTests):
    def test_takes_codes_and_restores_numbers(self):
        self.assert_takes(columns.code(), "LNC1000", "LNC1000")
        self.assert_takes(columns.code(), " gd20261100001", "GD20261100001", "put right")
        self.assert_takes(columns.code(), 1010001234567.0, "1010001234567", "taken as text")

    def test_refuses_lost_digits_and_other_forms(self):
        self.assert_refuses(columns.code(), "1.01E+12", "digits are lost")
        self.assert_refuses(columns.code(), 1.23456789012346e16, "digits are lost")
        self.assert_refuses(columns.code(), date(2026, 11, 23), "not a code")
        self.assert_refuses(columns.code(r"P[A-Z]\d\d"), "PE1", "not a code")
        self.assert_refuses(columns.code(), "a'; --", "not a code")


class SerialTests(ParserTests):
    def test_keeps_leading_zeros(self):
        self.assert_takes(columns.serial(), "00012345", "00012345")
        self.assert_takes(columns.serial(length=8), "00012345", "00012345")

    def test_refuses_a_number_that_has_lost_zeros(self):
        self.assert_refuses(columns.serial(length=6), 123.0, "3 digits instead of 6")
        self.assert_refuses(columns.serial(length=6), "123", "3 digits instead of 6")
        parsed = self.read(columns.serial(), "00012345", "12345678", 12345.0, 12345678.0)
        self.assertEqual([row.number for row in parsed.rows], [2, 3, 5])
        self.assertIn("5 digits instead of 8", parsed.refused[0].reason)

    def test_takes_a_number_that_can_have_lost_none(self):
        self.assert_takes(columns.serial(), 12345678.0, "12345678", "taken as text")
        self.assert_takes(columns.serial(length=8), 12345678.0, "12345678", "taken as text")

    def test_refuses_a_number_longer_than_excel_keeps(self):
        self.assert_refuses(columns.serial(), 12345678901234600.0, "digits are lost")


class PersonNameTests(ParserTests):
    parse = columns.person_name()

    def test_takes_names_as_they_are(self):
        for name in (
            "Nguyễn Thị Hoà", "H’Hen Niê", "Y Bhăm Êban", "O’Neill", "A", "Công ty TNHH MTV 3-2",
            "+Lê Văn Tám", "=cmd|'/c calc'!A0", "@SUM(A)", "-2+3x", "＝1+x", "' OR 1=1--x",
            "<script>alert(1)</script>", "\"><svg onload=alert(1)>", "{{7*7}} a", "{% debug %}",
            "${7*7} a", "Gia đình 👨‍👩‍👧", "𠀋 a", "Nguyen Van Test",
        ):  # fmt: skip
            self.assert_takes(self.parse, name, name)

    def test_tidies_and_says_so(self):
        self.assert_takes(self.parse, "Trần\u00a0Văn\u200b Út", "Trần Văn Út", "invisible")
        self.assert_takes(self.parse, "  Lê  Tám ", "Lê Tám", "Spaces")
        for mark in "\u200b\u200c\u200d\u2060\ufeff\u202e":
            self.assert_takes(self.parse, f"Lê{mark} Tám", "Lê Tám", "invisible")
        apart = unicodedata.normalize("NFD", "Nguyễn Thị Hoà")
        self.assert_takes(self.parse, apart, "Nguyễn Thị Hoà", "separate accents")

    def test_counts_letters_after_composing_them(self):
        name = "ễ" * 150
        self.assert_takes(self.parse, unicodedata.normalize("NFD", name), name, "accents")

    def test_refuses_what_is_no_name(self):
        for cell, reason in (
            ("x" * 400, "400 characters; at most 150"), ("Z" + "\u0301" * 200, "three marks"),
            ("Nguyeãn Thò Hoøa", "VNI"), ("Nguyá»…n Thá»‹ HoÃ\u00a0", "wrong encoding"),
            ("Nguy?n Th? Hoa", "question marks"), ("Nguy\ufffdn", "question marks"),
            ("Gọi 1900xxxx nhận quà http://bit.ly/x", "link"), ("12345", "letter"),
            (12345.0, "number"), (True, "number"), (date(2026, 3, 2), "date"), (time(7), "date"),
        ):  # fmt: skip
            self.assert_refuses(self.parse, cell, reason)


class AddressTests(ParserTests):
    parse = columns.address()

    def test_takes_old_and_new_addresses(self):
        for address in (
            "12/5A Lê Lợi, P. Bến Nghé, Q.1, TP.HCM", "phường Sài Gòn, TP Hồ Chí Minh", "12/5",
            "Ấp 3, xã Bình Mỹ",
        ):  # fmt: skip
            self.assert_takes(self.parse, address, address)

    def test_takes_a_bare_house_number(self):
        self.assert_takes(self.parse, 12.0, "12")

    def test_refuses_a_house_number_that_became_a_date(self):
        for cell in (
            date(2026, 5, 12), datetime(2026, 3, 1), "2026-05-12", "2026-05-12 00:00:00", "12-May",
            "1-Mar", "01-Mar",
        ):  # fmt: skip
            self.assert_refuses(self.parse, cell, "date")

    def test_refuses_broken_text_and_fractions(self):
        self.assert_refuses(self.parse, "354 Qu?c l? 13", "question marks")
        self.assert_refuses(self.parse, 0.5, "number")
        self.assert_refuses(self.parse, "x" * 201, "at most 200")


class PhoneTests(ParserTests):
    parse = columns.phone()

    def test_takes_and_mends(self):
        self.assert_takes(self.parse, "0903123456", "+84903123456")
        self.assert_takes(self.parse, "+84 776000368", "+84776000368", "signs")
        self.assert_takes(self.parse, 594710541.0, "+84594710541", "zero at the front")
        self.assert_takes(self.parse, "0169 2345678", "+84392345678", "2018")

    def test_leaves_out_a_number_in_no_range_and_takes_the_row(self):
        for cell in ("0111234567", "01301234567", "0600123456", "09031234567"):
            self.assert_takes(self.parse, cell, None, "mistyped.* left out")
            self.assert_refuses(columns.phone(strict=True), cell, "mistyped")

    def test_refuses_the_rest(self):
        for cell, reason in (
            ("12345", "special"), ("19001006", "special"), ("O903123456", "letters"),
            ("+1 202 555 0143", "foreign"), ("không có", "letters"),
            ("9.03E+08", "digits are lost"),
            (date(2026, 11, 23), "not a phone"), (True, "not a phone"),
        ):  # fmt: skip
            self.assert_refuses(self.parse, cell, reason)


class EmailTests(ParserTests):
    parse = columns.email()

    def test_takes_and_tidies(self):
        self.assert_takes(self.parse, "kh0@example.vn", "kh0@example.vn")
        self.assert_takes(
            self.parse, "o'neill+dien@sub.example.com.vn", "o'neill+dien@sub.example.com.vn"
        )
        for cell in ("A@B.VN ", "\u200ba@b.vn", "a@b.vn\r\n", " a@b.vn"):
            self.assert_takes(self.parse, cell, "a@b.vn", "put right")

    def test_refuses_what_is_not_one_address(self):
        for cell in (
            "a@b", "a@b..vn", "a b@c.vn", "a@c.vn;b@c.vn", "a@c.vn, b@c.vn", "mailto:a@c.vn",
            "a@c.vn\nBcc: x@y.z", "a@c.vn\r\nBcc:x@y.z", "a@c.vn\rx", "@c.vn", "a@", "a..b@c.vn",
            ".a@c.vn", "a@-c.vn", "a@c.v", "hạnh@c.vn", "a@[127.0.0.1]", "a" * 65 + "@c.vn",
            "x@" + "a." * 130 + "vn", "<a@c.vn>", "An <a@c.vn>", 12.0, date(2026, 11, 23),
        ):  # fmt: skip
            self.assert_refuses(self.parse, cell, "not one e-mail address")

    def test_refuses_what_only_fills_the_field(self):
        for cell in (
            "không có", "Không", "khongco@gmail.com", "KhongCo@gmail.com", "test@test.com", "none",
            "N/A", "a@a.com", "chưa có", "khong.co@yahoo.com", "noemail@gmail.com",
            "khongcoemail@gmail.com",
        ):  # fmt: skip
            self.assert_refuses(self.parse, cell, "stands for")

    def test_takes_a_mistyped_domain_with_a_remark(self):
        for cell in ("an@gmail.con", "x@yahoo.com.vm", "an@gmial.com", "an@gmail.co"):
            self.assert_takes(self.parse, cell, cell, "looks mistyped")


class NumberTests(ParserTests):
    def test_whole_numbers_have_bounds(self):
        parse = columns.whole(minimum=1, maximum=31)
        self.assert_takes(parse, "31", 31)
        self.assert_takes(parse, 31.0, 31)
        self.assert_refuses(parse, "0", "at least 1")
        self.assert_refuses(parse, 32.0, "at most 31")
        self.assert_refuses(parse, 1.5, "whole number")
        for cell in ("abc", True, date(2026, 11, 23), "1e1", float("nan")):
            self.assert_refuses(parse, cell, "not a number|scientific")

    def test_decimals_have_as_many_places_as_are_kept(self):
        parse = columns.decimal(places=2, minimum=Decimal("0.25"), maximum=9999)
        self.assert_takes(parse, 0.25, Decimal("0.25"))
        self.assert_takes(parse, "1,5", Decimal("1.5"))
        self.assert_refuses(parse, "1,1255", "more decimals than the 2")
        self.assert_refuses(parse, 0.0, "at least 0.25")

    def test_numbers_far_too_large_are_refused_by_every_parser(self):
        for parse in (
            columns.decimal(places=2, maximum=9999), columns.whole(), columns.money(),
            columns.index_wh(), columns.percent(), columns.year_of_birth(),
        ):  # fmt: skip
            for cell in (1e308, -1e308, "9" * 400):
                self.assert_refuses(parse, cell, "at most|at least|between|not a number")

    def test_money_is_whole_and_in_the_convention_of_its_column(self):
        parse = columns.money()
        for cell in (
            "1.250.000", "1,250,000", "1250000", "1.250.000 ₫", "1 250 000 đ", "1250000.00",
            1250000.0, 1249999.9999999998,
        ):  # fmt: skip
            self.assert_takes(parse, cell, 1_250_000)
        self.assert_takes(parse, "539.633", 539_633)
        self.assert_takes(parse, "2.147.483.648", 2_147_483_648)
        self.assert_stops(parse, "1.250", "1.250.000", "850.5", reason="two ways")

    def test_money_may_be_zero_but_a_credit_only_where_asked_for(self):
        self.assert_takes(columns.money(), "0", 0)
        self.assert_refuses(columns.money(), "-50,000", "at least 0")
        self.assert_takes(columns.money(minimum=None), "-50,000", -50_000)
        self.assert_refuses(columns.money(), 10.0**13, "at most")

    def test_money_is_never_guessed_from_words(self):
        for cell in ("(1.250.000)", "1.25 triệu", "một triệu", "1.1001E+10", 1250000.5):
            self.assert_refuses(columns.money(), cell, "brackets|not a number|shortened|whole")

    def test_an_index_is_in_whole_watt_hours(self):
        parse = columns.index_wh()
        self.assert_takes(parse, "31789,47", 31_789_470)
        self.assert_takes(parse, 31970.0, 31_970_000)
        self.assert_takes(parse, 0.1, 100)
        for cell, reason in (
            ("-5,00", "at least 0"), ("12,3456789", "three decimals"), ("1e9", "shortened"),
            ("tạm tính", "not a number"), ("abc", "not a number"), (10.0**12, "at most"),
        ):  # fmt: skip
            self.assert_refuses(parse, cell, reason)
        self.assert_stops(parse, "1.250", reason="unclear")

    def test_a_percentage_is_the_number_before_the_sign(self):
        parse = columns.percent()
        for cell in ("8%", "8 %", "8", 0.08, 8.0, "8,0%"):
            self.assert_takes(parse, cell, Decimal(8))
        self.assert_refuses(parse, "0,08", "written like 8%")
        self.assert_refuses(parse, "108%", "at most 100")
        self.assert_refuses(parse, "tám", "not a number")

    def test_a_year_of_birth_is_one_of_the_living(self):
        parse = columns.year_of_birth()
        self.assert_takes(parse, 1977.0, 1977)
        self.assert_takes(parse, "1935", 1935)
        for cell in (2097.0, "1850", "77", 2027.0):
            self.assert_refuses(parse, cell, "between 1906 and 2026")


class DayTests(ParserTests):
    def test_a_day_of_the_future_is_refused_where_asked_for(self):
        parse = columns.day(future_days=0, past_days=730)
        self.assert_takes(parse, "23/11/2026", date(2026, 11, 23))
        self.assert_refuses(parse, "24/11/2026", "after 23/11/2026")
        self.assert_refuses(parse, "15/12/2027", "after 23/11/2026")
        self.assert_refuses(parse, "01/01/1999", "before 23/11/2024")
        self.assert_refuses(parse, "31/11/2026", "no such day")
        self.assert_takes(columns.day(), "15/12/2062", date(2062, 12, 15))

    def test_today_is_viet_nams(self):
        column = Column(name="day", heading="Ngày", parse=columns.day(future_days=0))
        table = Table(kind="test", columns=(column,), key=("day",))
        sheet = Sheet("", "csv", ("Ngày",), 1, [(2, ["24/11/2026"])])
        evening = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
        self.assertEqual(len(table.read(sheet, at=evening).rows), 1)

    def test_a_column_with_the_month_first_stops_the_file(self):
        self.assert_stops(columns.day(), "03/04/2026", "04/13/2026", reason="month before the day")
        self.assert_stops(columns.instant(), "04/13/2026 07:30", reason="month before the day")

    def test_follows_the_calendar_of_the_workbook(self):
        parsed = self.read(columns.day(), 44887.0, date1904=True)
        self.assertEqual(parsed.rows[0].values["value"], date(2026, 11, 23))

    def test_a_last_day_gives_the_day_after(self):
        self.assert_takes(columns.last_day(), date(2026, 10, 31), date(2026, 11, 1))

    def test_a_moment_is_on_viet_nams_clock(self):
        parse = columns.instant(future_days=0)
        moment = datetime(2026, 11, 2, 19, 37, tzinfo=LOCAL)
        self.assert_takes(parse, "2026-11-02 19:37", moment)
        self.assert_takes(parse, datetime(2026, 11, 2, 19, 37), moment)
        self.assert_refuses(parse, "2026-11-02", "time is missing")
        self.assert_refuses(parse, "2026-11-24 00:00", "after 23/11/2026")

    def test_a_billing_month_is_its_first_day(self):
        parse = columns.billing_month()
        self.assert_takes(parse, "10/2026", date(2026, 10, 1))
        self.assert_takes(parse, datetime(2026, 10, 1), date(2026, 10, 1), "turned back")
        for cell in (10.2026, date(2026, 10, 5), "tháng 10", True):
            self.assert_refuses(parse, cell, "like 10/2026")


class ChoiceTests(ParserTests):
    def test_takes_the_words_whatever_their_case_and_accents(self):
        parse = columns.choice({"Thực tế": "measured", "TT": "measured", "TU": "estimated"})
        for cell in ("TT", "tt ", "thuc te", "THỰC TẾ"):
            self.assert_takes(parse, cell, "measured")
        self.assert_refuses(parse, "tạm", "Thực tế, TT, TU")

    def test_a_flag_is_a_mark_for_yes(self):
        for cell in ("x", "X", "có", "1", 1.0, True, "TRUE"):
            self.assert_takes(columns.flag(), cell, True)
        for cell in ("không", "0", 0.0, False, "no"):
            self.assert_takes(columns.flag(), cell, False)
        self.assert_refuses(columns.flag(), "có thể", "none of the words")


class ContextTests(TestCase):
    def test_knows_the_day_in_viet_nam(self):
        self.assertEqual(
            Context(at=datetime(2026, 11, 22, 17, 0, tzinfo=UTC)).today, date(2026, 11, 23)
        )
