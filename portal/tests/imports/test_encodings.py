"""Text files in every encoding, with every separator, and what is broken in them."""

import unicodedata

from customers.models import Account

from .bad import Bad, as_csv, customers
from .listed import bad_file

NAME = "Tên khách hàng"
TONES = "\u0300\u0301\u0303\u0309\u0323"
FAMILIES = (
    "Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh "
    "Lã Tạ Âu Mã Đàm"
)
MIDDLES = "Thị Văn Hữu Đức Ngọc Minh Thành Quốc Xuân Mỹ Bảo Gia Kiều Thuý Ái Ý Ân Âu Ấu Ỷ"
GIVENS = "Hoà Hòa Tám Ánh Ý Quý Thuỷ Tùng Ẩn Đạt Ngoãn Hạnh Uyển Yến Oanh Êban Niê Ỷ Á Õ"


class EncodingTests(Bad):
    @bad_file("e01")
    def test_a_mark_is_no_part_of_the_first_heading(self) -> None:
        load = self.through("accounts", as_csv(customers({}), "utf-8-sig"))
        self.assertEqual((load.created, load.report["ignored"]), (1, []))

    @bad_file("e02")
    def test_none_is_needed(self) -> None:
        load = self.through("accounts", as_csv(customers({NAME: "Nguyễn Thị Hoà"})))
        self.assertEqual((load.created, load.report["encoding"]), (1, "utf-8"))
        self.assertEqual(Account.objects.get().holder_name, "Nguyễn Thị Hoà")

    @bad_file("e04")
    def test_utf_16_without_its_mark_is_refused(self) -> None:
        self.assert_refused(as_csv(customers({}), "utf-16-be"), "encoding")

    @bad_file("e05")
    def test_windows_1258_is_composed(self) -> None:
        content = as_1258(as_csv(customers({NAME: "Nguyễn Thị Hoà"})).decode())
        load = self.through("accounts", content)
        self.assertEqual(load.report["encoding"], "cp1258")
        self.assertEqual(Account.objects.get().holder_name, "Nguyễn Thị Hoà")

    @bad_file("e07")
    def test_vni_text_is_refused(self) -> None:
        load = self.preview("accounts", as_csv(customers({NAME: "Nguyeãn Thò Hoøa"})))
        self.assert_rows_refused(load, NAME, ("Nguyeãn Thò Hoøa", "VNI"))

    @bad_file("e08")
    def test_broken_letters_are_refused_and_real_names_are_not(self) -> None:
        broken = ("Nguyá»…n Thá»‹ HoÃ ", "LÃª VÄƒn TÃ¡m")
        load = self.preview("accounts", as_csv(customers(*({NAME: name} for name in broken))))
        self.assert_rows_refused(load, NAME, *((name, "wrong encoding") for name in broken))
        names = ten_thousand_names()
        self.assertEqual(len(names), 10_000)
        load = self.preview("accounts", as_csv(customers(*({NAME: name} for name in names))))
        self.assertLess(load.refused, 10)

    @bad_file("e10")
    def test_lost_letters_are_refused(self) -> None:
        lost = ("Nguy?n Th? Hoa", "Nguy\ufffdn")
        load = self.preview("accounts", as_csv(customers(*({NAME: name} for name in lost))))
        self.assert_rows_refused(load, NAME, *((name, "question marks") for name in lost))

    @bad_file("e11")
    def test_a_nul_refuses_its_row(self) -> None:
        load = self.through("accounts", as_csv(customers({NAME: "Lê\x00An"}, {})))
        self.assert_rows_refused(load, NAME, ("Lê␀An", "unreadable"))
        self.assertEqual(load.created, 1)


class SeparatorTests(Bad):
    @bad_file("e13")
    def test_is_found_and_said(self) -> None:
        load = self.through("accounts", as_csv(customers({}), mark=";"))
        self.assertEqual((load.created, load.report["delimiter"]), (1, ";"))

    @bad_file("e14")
    def test_may_be_a_tab_a_bar_or_what_a_sep_line_says(self) -> None:
        for mark, before in (("\t", ""), ("|", ""), (";", "sep=;\r\n")):
            load = self.preview("accounts", before.encode() + as_csv(customers({}), mark=mark))
            self.assertEqual((load.rows, load.refused), (1, 0), load.why)
            self.assertEqual(load.report["delimiter"], mark)


class QuoteTests(Bad):
    @bad_file("e16")
    def test_that_is_never_closed_names_its_line(self) -> None:
        lines = as_csv(customers(*[{}] * 3)).decode().splitlines(keepends=True)
        lines[2] = lines[2].replace("Lê An", '"Lê An')
        content = "".join(lines) + lines[1] * 90_000
        self.assert_refused(content.encode(), "line 3 ")

    @bad_file("e17")
    def test_a_field_of_10_mb_refuses_its_row(self) -> None:
        load = self.through("accounts", as_csv(customers({NAME: "x" * 10_000_000}, {})))
        ((row, (_column, _value, why)),) = self.refusals(load).items()
        self.assertEqual((row, load.created), (2, 1))
        self.assertRegex(why, "longer")


def as_1258(text: str) -> bytes:
    """As Windows-1258 writes it: where the table has no letter for both, a tone follows its own."""
    found = bytearray()
    for letter in text:
        try:
            found += letter.encode("cp1258")
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in marks if mark in TONES)
            marks.remove(tone)
            found += unicodedata.normalize("NFC", base + "".join(marks)).encode("cp1258")
            found += tone.encode("cp1258")
    return bytes(found)


def ten_thousand_names() -> list[str]:
    """Families, middle names and given names of both sexes, those with most accents among them."""
    families, middles, givens = (names.split() for names in (FAMILIES, MIDDLES, GIVENS))
    return [f"{a} {b} {c}" for a in families for b in middles for c in givens]
