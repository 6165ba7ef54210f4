import re
import unicodedata
from itertools import pairwise
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from notifications.sms import encoding, parts, plain

LOWER = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
VIETNAMESE = LOWER + LOWER.upper() + " 0123456789.,:/()-\n"
# Written out once more, so that a slip in the module's own table shows.
GSM_SINGLE = [chr(code) for code in range(0x20, 0x7F) if chr(code) not in "`[\\]^{|}~"] + list(
    "\n\r£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà"
)
GSM_DOUBLE = list("\f^{}\\[~]|€")


def septets(text: str) -> int:
    return sum(2 if character in GSM_DOUBLE else 1 for character in text)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class EncodingTests(TestCase):
    def test_knows_the_whole_alphabet(self):
        self.assertEqual(len(GSM_SINGLE), 127)
        for character in GSM_SINGLE + GSM_DOUBLE:
            with self.subTest(character=character):
                self.assertEqual(encoding(character), "GSM-7")

    def test_takes_nothing_else_for_it(self):
        for character in "`\tçđĐăâêôơưạ₫…–“”’\u00a0\x1b😀²α":
            with self.subTest(character=character):
                self.assertEqual(encoding(character), "UCS-2")

    def test_finds_seven_accented_vietnamese_letters_in_gsm(self):
        accented = {c for c in LOWER + LOWER.upper() if not c.isascii()}
        self.assertEqual(len(accented), 134)
        self.assertEqual({c for c in accented if encoding(c) == "GSM-7"}, set("àèéìòùÉ"))

    def test_of_nothing_is_gsm(self):
        self.assertEqual(encoding(""), "GSM-7")


class PartsTests(TestCase):
    def test_come_at_the_right_length(self):
        for text, sizes in {
            "": [0],
            "a" * 160: [160],
            "a" * 161: [153, 8],
            "a" * 306: [153, 153],
            "a" * 307: [153, 153, 1],
            "€" * 80: [80],
            "€" * 81: [76, 5],
            "a" * 159 + "€": [153, 7],
            "a" * 158 + "€": [159],
            "ạ" * 70: [70],
            "ạ" * 71: [67, 4],
            "ạ" * 134: [67, 67],
            "ạ" * 135: [67, 67, 1],
            "😀" * 35: [35],
            "😀" * 36: [33, 3],
            "a" * 69 + "ạ": [70],
            "a" * 69 + "😀": [67, 3],
        }.items():
            with self.subTest(text=f"{text[:1]}×{len(text)}"):
                self.assertEqual([len(part) for part in parts(text)], sizes)

    def test_never_split_an_extension_character(self):
        first, second = parts("a" * 152 + "€" + "a" * 20)
        self.assertEqual((len(first), second[0]), (152, "€"))

    def test_never_split_a_surrogate_pair(self):
        first, second = parts("ạ" * 66 + "😀" + "ạ" * 20)
        self.assertEqual((len(first), second[0]), (66, "😀"))

    @given(st.text(st.sampled_from(GSM_SINGLE + GSM_DOUBLE), max_size=500))
    def test_of_gsm_text_are_whole_full_and_fit(self, text: str):
        self.check(text, size=septets, alone=160, room=153)

    @given(st.text(st.sampled_from("aạ😀đ₫ 1"), max_size=300).map(lambda text: text + "đ"))
    def test_of_other_text_are_whole_full_and_fit(self, text: str):
        self.check(text, size=units, alone=70, room=67)

    @given(st.text(max_size=300))
    def test_joined_are_any_text_again(self, text: str):
        self.assertEqual("".join(parts(text)), text)

    def check(self, text, *, size, alone, room):
        found = parts(text)
        self.assertEqual("".join(found), text)
        self.assertEqual(len(found) == 1, size(text) <= alone)
        if len(found) > 1:
            self.assertLessEqual(max(map(size, found)), room)
            for part, following in pairwise(found):
                self.assertGreater(size(part) + size(following[0]), room)


class PlainTests(TestCase):
    def test_reads_as_the_vietnamese_did(self):
        for text, expected in {
            "Điện lực Đống Đa kính gửi quý khách": "Dien luc Dong Da kinh gui quy khach",
            "TIỀN ĐIỆN THÁNG 10": "TIEN DIEN THANG 10",
            "cắt điện 8:00–11:30 ngày 05/12/2026": "cat dien 8:00-11:30 ngay 05/12/2026",
            "Đường số 7, phường Thủ Đức": "Duong so 7, phuong Thu Duc",
            "Nguyễn Thị Ðào": "Nguyen Thi Dao",
            "crème brûlée, Müller": "creme brulee, Muller",
            "“Báo trước” … xong": '"Bao truoc" ... xong',
            "142,5 kWh": "142,5 kWh",
            "1\u00a0234\u00a0567 đ": "1 234 567 VND",
        }.items():
            with self.subTest(text=text):
                self.assertEqual(plain(text), expected)

    def test_tells_currency_from_letter(self):
        for text, expected in {
            "701.525 đ": "701.525 VND",
            "701.525đ": "701.525VND",
            "701.525 ₫": "701.525 VND",
            "₫701.525": "VND701.525",
            "Phí 0 đ.": "Phi 0 VND.",
            "(1.000đ/kWh)": "(1.000VND/kWh)",
            "1,5 triệu đ": "1,5 trieu VND",
            "500 nghìn đ, 2 tỷ đ": "500 nghin VND, 2 ty VND",
            "TỔNG: 701.525 Đ": "TONG: 701.525 VND",
            "đơn giá (đ/kWh)": "don gia (VND/kWh)",
            "10 đồng": "10 dong",
            "2 đợt, 3 điểm": "2 dot, 3 diem",
            "12Đ Lê Lợi": "12D Le Loi",
            "12 Đ. Lê Lợi": "12 D. Le Loi",
            "12/5 đ. Lê Lợi": "12/5 d. Le Loi",
            "PE0400đ": "PE0400d",
            "đ": "d",
        }.items():
            with self.subTest(text=text):
                self.assertEqual(plain(text), expected)

    def test_leaves_other_scripts_alone(self):
        for text in ("Йод", "हिन्दी", "日本語", "😀"):
            with self.subTest(text=text):
                self.assertEqual(plain(text), text)

    @given(st.text(st.sampled_from(VIETNAMESE + "₫"), max_size=300))
    def test_always_fits_the_cheap_alphabet(self, text: str):
        self.assertEqual(encoding(plain(text)), "GSM-7")

    # An invisible character between two digits goes; what is seen stays the same.
    @given(
        st.text(st.characters(exclude_categories=["Cf"]), max_size=200)
        | st.text(st.sampled_from(VIETNAMESE), max_size=200)
    )
    def test_never_changes_a_number(self, text: str):
        numbers = re.compile(r"\d+(?:[.,:/]\d+)*")
        self.assertEqual(
            numbers.findall(plain(text)), numbers.findall(unicodedata.normalize("NFC", text))
        )

    @given(st.text(st.sampled_from(VIETNAMESE), max_size=200))
    def test_does_not_care_how_accents_are_stored(self, text: str):
        self.assertEqual(
            plain(unicodedata.normalize("NFD", text)), plain(unicodedata.normalize("NFC", text))
        )

    @given(st.text(st.sampled_from(VIETNAMESE + "₫“…"), max_size=200))
    def test_twice_is_as_once(self, text: str):
        self.assertEqual(plain(plain(text)), plain(text))
