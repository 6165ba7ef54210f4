from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from portal.lib import phones
from portal.lib.phones import (
    PREFIXES_OF_2018,
    NoSuchNumber,
    NotAPhone,
    display,
    is_mobile,
    parse,
    parse_with_remark,
)

MOBILE_PREFIXES = ("32", "39", "56", "59", "70", "79", "81", "88", "90", "91", "98")
mobiles = st.builds(
    "+84{}{:07}".format,
    st.sampled_from(MOBILE_PREFIXES),
    st.integers(min_value=0, max_value=9_999_999),
)
landlines = st.builds(
    "+84{}".format,
    st.one_of(
        st.builds("28{:08}".format, st.integers(20_000_000, 99_999_999)),
        st.builds("251{:07}".format, st.integers(2_000_000, 9_999_999)),
    ),
)


class ParseTests(TestCase):
    def test_takes_what_spreadsheets_hold(self):
        for written in (
            "0903123456", "+84903123456", "84903123456", "0084903123456", "0903.123.456",
            "0903-123-456", "+84 (0)903 123 456", "(+84) 903 123 456", " 0903\u00a0123 456 ",
            "0903\u200b123456", "0903 123–456", "903123456", 903123456, 903123456.0,
            "０９０３１２３４５６", "٠٩٠٣١٢٣٤٥٦", "\ufeff0903123456", "84 0903123456",
        ):  # fmt: skip
            with self.subTest(written):
                self.assertEqual(parse(written), "+84903123456")

    def test_converts_eleven_digits_by_the_table_of_2018(self):
        for written, number in (
            ("01201234567", "+84701234567"), ("01211234567", "+84791234567"),
            ("01221234567", "+84771234567"), ("01261234567", "+84761234567"),
            ("01281234567", "+84781234567"), ("01231234567", "+84831234567"),
            ("01241234567", "+84841234567"), ("01251234567", "+84851234567"),
            ("01271234567", "+84811234567"), ("01291234567", "+84821234567"),
            ("01621234567", "+84321234567"), ("0169 2345678", "+84392345678"),
            ("01861234567", "+84561234567"), ("01881234567", "+84581234567"),
            ("01991234567", "+84591234567"), (1201234567.0, "+84701234567"),
            ("841681234567", "+84381234567"), ("+84 168 123 4567", "+84381234567"),
        ):  # fmt: skip
            with self.subTest(written):
                self.assertEqual(parse_with_remark(written), (number, phones.CONVERTED))
        self.assertEqual(len(PREFIXES_OF_2018), 21)

    def test_takes_landlines(self):
        self.assertEqual(parse("(028) 3822 1234"), "+842838221234")
        self.assertEqual(parse("0251 3821 234"), "+842513821234")

    def test_tells_a_lost_zero_from_a_country_code(self):
        self.assertEqual(parse("843123456"), "+84843123456")
        self.assertEqual(parse("84843123456"), "+84843123456")

    def test_refuses_what_is_no_vietnamese_number(self):
        for written in (
            "0111234567", "01301234567", "0600123456", "09031234567", "12345", "", "  ", None,
            "không có", "0903123456/0912345678", "0903123456, 0912345678", 1.5, 1e30, "9.03E+08",
            float("nan"), True, "0", "+84", "090312345", "0903123456 ext 12", "=0903123456",
            "0121312345", "²903123456", "0903123456\x00",
        ):  # fmt: skip
            with self.subTest(written), self.assertRaises(NotAPhone):
                parse(written)

    def test_says_what_is_wrong(self):
        for written, word in (
            ("O903123456", "letters"), ("l903123456", "letters"), ("+1 202 555 0143", "foreign"),
            ("+882 16 1234567", "foreign"), ("+979 123 456 789", "foreign"),
            ("+870 773 123 456", "foreign"), ("001 202 555 0143", "foreign"),
            ("19001006", "special"), ("18001234", "special"), ("1900100612", "special"),
            ("113", "special"), ("1080", "special"), ("8188", "special"),
            ("0903 12345", "ten digits"), ("0111234567", "mistyped"), (12.5, "decimals"),
        ):  # fmt: skip
            with self.subTest(written), self.assertRaisesRegex(NotAPhone, word):
                parse(written)

    def test_sets_apart_a_number_in_no_range_from_what_is_no_number(self):
        for written in ("0111234567", "01301234567", "0600123456", "09031234567"):
            with self.subTest(written), self.assertRaises(NoSuchNumber):
                parse(written)
        for written in ("12345", "abc", "+1 202 555 0143", "19001006"):
            with self.subTest(written), self.assertRaises(NotAPhone) as caught:
                parse(written)
            self.assertNotIsInstance(caught.exception, NoSuchNumber)

    @given(st.one_of(mobiles, landlines))
    def test_reads_back_what_it_displays(self, number):
        self.assertEqual(parse(display(number)), number)
        self.assertEqual(parse(number), number)

    @given(st.one_of(st.text(), st.text(alphabet="+084 .-()123"), st.floats(), st.integers()))
    def test_gives_e164_or_refuses_whatever_it_is_given(self, written):
        try:
            number = parse(written)
        except NotAPhone:
            return
        self.assertRegex(number, r"\A\+84[2-9][0-9]{8,9}\Z")
        self.assertEqual(parse(number), number)


class ParseWithRemarkTests(TestCase):
    def test_is_silent_where_nothing_was_changed(self):
        for written in ("0903123456", "+84903123456", "84903123456"):
            self.assertIsNone(parse_with_remark(written).remark)

    def test_says_what_was_changed(self):
        self.assertEqual(parse_with_remark("+84 776000368").remark, phones.SEPARATORS)
        self.assertEqual(parse_with_remark(594710541.0).remark, phones.ZERO_RESTORED)
        self.assertEqual(parse_with_remark("01201234567").remark, phones.CONVERTED)


class DisplayTests(TestCase):
    def test_groups_digits_as_people_read_them(self):
        self.assertEqual(display("+84903123456"), "0903 123 456")
        self.assertEqual(display("+842838221234"), "028 3822 1234")
        self.assertEqual(display("+842513821234"), "0251 3821 234")


class IsMobileTests(TestCase):
    @given(mobiles)
    def test_is_true_of_mobiles(self, number):
        self.assertTrue(is_mobile(number))

    @given(landlines)
    def test_is_false_of_landlines(self, number):
        self.assertFalse(is_mobile(number))
