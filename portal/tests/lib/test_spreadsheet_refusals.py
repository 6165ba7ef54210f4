"""Files that are refused: empty, of another kind, damaged, or made to do harm."""

import io
import stat
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path
from unittest import TestCase
from unittest.mock import patch

from portal.lib.spreadsheets import Limits, Refused, read
from portal.lib.spreadsheets.apart import workbook
from portal.lib.spreadsheets.apart.faults import Fault

from .files import (
    HEADER,
    ROWS,
    SHEET,
    csv_text,
    ods,
    ods_row,
    xlsx,
    xlsx_parts,
    xml_rows,
    zipped,
)

PARTS = xlsx_parts(xml_rows(HEADER, *ROWS))
KINDS = "CSV, XLSX, ODS"


class Unread:
    """Stands in for the reader of workbooks, which a refused file must not reach."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError("the file was read")


class RefusalTests(TestCase):
    def assert_refused(self, content: bytes, word: str, **options: object) -> None:
        with self.assertRaisesRegex(Refused, word):
            read(content, headings=HEADER, **options)
        if content.startswith(b"PK\x03\x04"):
            self.assert_unread(content, **options)

    def assert_unread(self, content: bytes, limits: Limits | None = None) -> None:
        """What the process beside us refuses, it refuses before its reader gets the file."""
        with (
            tempfile.TemporaryFile() as file,
            patch.object(workbook, "calamine", Unread()),
            self.assertRaises(Fault),
        ):
            file.write(content)
            file.flush()
            workbook.Workbook(file, limits or Limits()).sheet(None)


class KindTests(RefusalTests):
    def test_of_an_empty_file_is_told(self):
        for content in (b"", b" \r\n"):
            with self.subTest(content):
                self.assert_refused(content, "empty")

    def test_of_another_kind_is_told_with_the_kinds_that_are_taken(self):
        for content, what in (
            (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "picture"),
            (b"\xff\xd8\xff\xe0JFIF", "picture"),
            (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
            (b"\x1f\x8b\x08\x00" + b"\x00" * 20, "archive"),
            (b"PK\x05\x06" + b"\x00" * 18, "empty archive"),
            (b"\n<!DOCTYPE html><table><tr><td>a</td></tr></table>", "web page"),
            (b"<HTML><table></table></HTML>", "web page"),
            (b'<?xml version="1.0"?><Workbook/>', "web page"),
            (zipped({"word/document.xml": "<w/>"}), "another program"),
            (zipped({"Index/Document.iwa": "x"}), "another program"),
            (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "another program"),
            (zipped({"xl/workbook.bin": "x"}), "binary workbook"),
            (b"MZ\x90\x00", "program"),
        ):
            with self.subTest(what):
                self.assert_refused(content, f"{what}.*{KINDS}")

    def test_of_old_excel_comes_with_advice(self):
        self.assert_refused(bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 512, "save it as .xlsx")

    def test_of_bytes_that_are_no_text_is_told(self):
        self.assert_refused(bytes(range(256)) * 10, "encoding")


class SizeTests(RefusalTests):
    def test_is_looked_at_before_anything_is_read(self):
        small = Limits(file_bytes=1_000)
        text = csv_text(HEADER, *ROWS * 50).encode()
        self.assert_refused(text, "larger than", limits=small)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.csv")
            path.write_bytes(text)
            with (
                patch.object(Path, "open", side_effect=AssertionError("opened")),
                self.assertRaisesRegex(Refused, "larger than"),
            ):
                read(path, headings=HEADER, limits=small)

    def test_is_fifty_mib_by_default(self):
        self.assert_refused(bytes(50 * 2**20 + 1), "larger than 50 MiB")


class ArchiveTests(RefusalTests):
    def test_that_is_a_bomb_is_refused_from_its_directory(self):
        bomb = zipped(PARTS | {"xl/sharedStrings.xml": bytes(290 * 2**20)})
        self.assertLess(len(bomb), 2**20)
        self.assert_refused(bomb, "far more than a spreadsheet")
        unread = AssertionError("read")
        with patch("portal.lib.spreadsheets.apart.archive.pieces", side_effect=unread):
            self.assert_unread(bomb)

    def test_that_unpacks_beyond_the_limit_is_refused(self):
        self.assert_refused(zipped(PARTS), "far more", limits=Limits(unpacked_bytes=1_000))

    def test_that_is_small_may_be_dense(self):
        content = zipped(PARTS | {"docProps/app.xml": b"<a/>" + b" " * 5_000_000})
        self.assertEqual(len(read(content, headings=HEADER).rows), 2)

    def test_that_lies_about_a_size_is_not_inflated_to_the_end(self):
        for declared in (1_000, 0):
            with self.subTest(declared):
                self.assert_refused(understated(declared), "far more|damaged")

    def test_with_an_entry_shorter_than_declared_is_refused(self):
        content = bytearray(zipped(PARTS))
        directory = content.index(b"PK\x01\x02", content.index(SHEET.encode()))
        size = struct.unpack_from("<I", content, directory + 24)[0]
        struct.pack_into("<I", content, directory + 24, size + 10)
        self.assert_refused(bytes(content), "damaged")

    def test_that_is_cut_off_or_garbled_is_refused(self):
        whole = xlsx(HEADER, *ROWS)
        flipped = bytearray(zipped(PARTS))
        middle = flipped.index(SHEET.encode()) + len(SHEET) + 20
        flipped[middle] ^= 0xFF
        for name, content in (
            ("half", whole[: len(whole) // 2]),
            ("without its directory", whole[:-40]),
            ("a header alone", b"PK\x03\x04abcd"),
            ("a broken stream", bytes(flipped)),
        ):
            with self.subTest(name), self.assertRaisesRegex(Refused, "damaged|far more"):
                read(content, headings=HEADER)

    def test_of_very_many_entries_is_refused(self):
        many = PARTS | {f"xl/x{n}.xml": "" for n in range(1_000)}
        self.assert_refused(zipped(many), "more than 1000 parts")

    def test_with_unsafe_names_is_refused(self):
        for name in (
            "../../etc/cron.d/x", "/etc/passwd", "xl/../../x", "C:\\x", "..\\x", "\\\\host\\x",
        ):  # fmt: skip
            with self.subTest(name):
                self.assert_refused(zipped(PARTS | {name: "x"}), "unsafe names")

    def test_with_a_name_twice_is_refused(self):
        file = io.BytesIO(zipped(PARTS))
        with zipfile.ZipFile(file, "a") as archive, self.assertWarns(UserWarning):
            archive.writestr(SHEET, "<worksheet/>")
        self.assert_refused(file.getvalue(), "unsafe names")

    def test_with_a_link_is_refused(self):
        file = io.BytesIO(zipped(PARTS))
        with zipfile.ZipFile(file, "a") as archive:
            link = zipfile.ZipInfo("xl/link.xml")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")
        self.assert_refused(file.getvalue(), "unsafe names")

    def test_with_macros_is_refused_whatever_its_name(self):
        for name in ("xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "vbaProject.bin"):
            with self.subTest(name):
                self.assert_refused(zipped(PARTS | {name: "x"}), "macros")

    def test_that_is_encrypted_or_packed_in_another_way_is_refused(self):
        encrypted = bytearray(zipped(PARTS))
        encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
        self.assert_refused(bytes(encrypted), "damaged")
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
            for name, content in PARTS.items():
                archive.writestr(name, content)
        self.assert_refused(file.getvalue(), "damaged")

    def test_without_its_parts_is_refused(self):
        for missing in ("xl/_rels/workbook.xml.rels", SHEET):
            parts = {name: content for name, content in PARTS.items() if name != missing}
            with self.subTest(missing), self.assertRaises(Refused):
                read(zipped(parts), headings=HEADER)
        content = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"})
        self.assert_refused(content, "damaged")


class EntityTests(RefusalTests):
    XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

    def test_are_refused_wherever_they_stand(self):
        for name in ("xl/sharedStrings.xml", "xl/workbook.xml", SHEET, "docProps/core.xml"):
            with self.subTest(name):
                declared = self.XXE + str(PARTS.get(name, "<x>&e;</x>"))
                self.assert_refused(zipped(PARTS | {name: declared}), "outside itself")

    def test_are_found_across_the_pieces_that_are_read(self):
        for shift in range(8):
            padding = "<!--" + "x" * (2**18 - 8 - shift) + "-->"
            with self.subTest(shift):
                content = zipped(PARTS | {"xl/styles.xml": f"{padding}{self.XXE}<x/>"})
                self.assert_refused(content, "outside itself")

    def test_do_not_hide_in_another_encoding(self):
        declared = f"{self.XXE}<x>&e;</x>".encode("utf-16")
        self.assert_refused(zipped(PARTS | {"xl/workbook.xml": declared}), "outside itself")

    def test_are_refused_in_ods(self):
        content = ods(ods_row(*HEADER))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts["content.xml"] = self.XXE.encode() + parts["content.xml"]
        self.assert_refused(zipped(parts), "outside itself")

    def test_as_plain_text_in_a_cell_harm_nobody(self):
        rows = xml_rows(HEADER, ("PE1", "&lt;!DOCTYPE x&gt;", "1"))
        sheet = read(zipped(xlsx_parts(rows)), headings=HEADER)
        self.assertEqual(sheet.rows[0][1][1], "<!DOCTYPE x>")


class LinkTests(TestCase):
    def test_to_other_workbooks_are_not_followed(self):
        link = '<externalLink><externalBook r:id="r1" xmlns:r="r"/></externalLink>'
        target = '<Relationships><Relationship Id="r1" Target="http://127.0.0.1:9/x.xlsx"/></Relationships>'
        content = zipped(
            PARTS
            | {
                "xl/externalLinks/externalLink1.xml": link,
                "xl/externalLinks/_rels/externalLink1.xml.rels": target,
            }
        )
        with patch("socket.socket.connect", side_effect=AssertionError("connected")):
            self.assertEqual(len(read(content, headings=HEADER).rows), 2)


def understated(declared: int) -> bytes:
    """A workbook with a part of 64 MiB that claims to be ``declared`` bytes, checksum included."""
    name, content = "xl/sharedStrings.xml", bytes(64 * 2**20)
    file = bytearray(zipped(PARTS | {name: content}))
    checksum = zlib.crc32(content[:declared])
    directory = file.rindex(b"PK\x01\x02")
    for field in (14, 22):
        local = file.index(name.encode()) - 30
        struct.pack_into("<I", file, local + field, checksum if field == 14 else declared)
    struct.pack_into("<I", file, directory + 16, checksum)
    struct.pack_into("<I", file, directory + 24, declared)
    return bytes(file)
