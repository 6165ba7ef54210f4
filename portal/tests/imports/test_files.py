"""Files that are damaged, dangerous, or laid out as no table is."""

import io
import stat
import time
import zipfile

from django.utils import timezone
from openpyxl import Workbook

from customers.models import Account
from customers.services.loads import asking, working
from portal.tests.lib.files import ods, ods_row, saved, xlsx, xlsx_parts, xml_rows, zipped
from portal.tests.lib.test_spreadsheet_refusals import understated

from .bad import CUSTOMER, Bad, as_csv, as_xlsx, customers
from .listed import bad_file

HEAD = tuple(CUSTOMER)
ROW = tuple(CUSTOMER.values())
PARTS = xlsx_parts(xml_rows(HEAD, ROW))
KINDS = "CSV, XLSX, ODS"


class KindTests(Bad):
    @bad_file("f01")
    def test_an_empty_one_is_refused(self) -> None:
        self.assert_refused(b"", "empty")

    @bad_file("f02")
    def test_a_picture_is_refused_by_what_it_holds(self) -> None:
        self.assert_refused(b"\x89PNG\r\n\x1a\n" + bytes(99), f"picture.*{KINDS}")

    @bad_file("f04")
    def test_an_old_workbook_is_refused_with_advice(self) -> None:
        self.assert_refused(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), "save it as .xlsx")

    @bad_file("f05")
    def test_macros_are_refused_whatever_the_name(self) -> None:
        self.assert_refused(zipped(PARTS | {"xl/vbaProject.bin": "x"}), "macros")

    @bad_file("f40")
    def test_other_kinds_are_read_or_refused_with_those_that_are_taken(self) -> None:
        for content, what in (
            (b"\x1f\x8b\x08\x00" + bytes(30), "archive"),
            (zipped({"Index/Document.iwa": "x"}), "another program"),
            (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        ):
            self.assert_refused(content, f"{what}.*{KINDS}")
        for content in (
            ods(ods_row(*HEAD) + ods_row(*ROW)),
            as_csv(customers({}), mark="\t"),
        ):
            load = self.preview("accounts", content)
            self.assertEqual((load.state, load.rows, load.refused), ("previewed", 1, 0), load.why)


class ContainerTests(Bad):
    @bad_file("f07")
    def test_one_cut_off_is_refused_and_leaves_no_file(self) -> None:
        whole = xlsx(HEAD, ROW)
        self.assert_refused(whole[: len(whole) // 2], "damaged")
        names = [path.name for path in (self.tmp_path / "loads").iterdir()]
        self.assertEqual([name for name in names if len(name) != 64], [])

    @bad_file("f08")
    def test_a_bomb_is_refused_from_its_directory(self) -> None:
        bomb = zipped(PARTS | {"xl/sharedStrings.xml": bytes(290 * 2**20)})
        began = time.process_time()
        self.assert_refused(bomb, "far more than a spreadsheet")
        self.assertLess(time.process_time() - began, 1)

    @bad_file("f10")
    def test_one_that_lies_is_not_unpacked_to_its_end(self) -> None:
        self.assert_refused(understated(1_000), "far more|damaged")

    @bad_file("f11")
    def test_one_of_very_many_entries_is_refused(self) -> None:
        self.assert_refused(zipped(PARTS | {f"x{n}": "" for n in range(50_000)}), "1000 parts")

    @bad_file("f13")
    def test_one_with_paths_is_refused(self) -> None:
        for name in ("../../etc/cron.d/x", "/etc/x"):
            self.assert_refused(zipped(PARTS | {name: "x"}), "unsafe names")

    @bad_file("f14")
    def test_one_with_a_link_is_refused(self) -> None:
        file = io.BytesIO(zipped(PARTS))
        with zipfile.ZipFile(file, "a") as archive:
            link = zipfile.ZipInfo("xl/link.xml")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")
        self.assert_refused(file.getvalue(), "unsafe names")

    @bad_file("f16")
    def test_external_entities_are_refused(self) -> None:
        for where in ("file:///etc/passwd", "http://127.0.0.1:9911/"):
            strings = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{where}">]><sst><si><t>&e;</t></si></sst>'
            load = self.assert_refused(
                zipped(PARTS | {"xl/sharedStrings.xml": strings}), "outside itself"
            )
            self.assertNotIn("root:", load.why)

    @bad_file("f17")
    def test_links_to_other_workbooks_are_not_followed(self) -> None:
        target = (
            '<Relationships><Relationship Id="r1" Target="http://127.0.0.1:9/"/></Relationships>'
        )
        link = '<externalLink><externalBook r:id="r1" xmlns:r="r"/></externalLink>'
        linked = {
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": target,
        }
        load = self.through("accounts", zipped(PARTS | linked))
        self.assertEqual((load.created, load.refused), (1, 0))


class ReachTests(Bad):
    """Sheets that seem larger than they are."""

    def assert_quick(self, content: bytes, rows: int) -> None:
        began = time.process_time()
        load = self.preview("accounts", content)
        self.assertEqual((load.state, load.rows, load.refused), ("previewed", rows, 0), load.why)
        self.assertLess(time.process_time() - began, 10)

    @bad_file("f19")
    def test_formatted_empty_rows_are_none(self) -> None:
        rows = [tuple(row.values()) for row in customers(*[{}] * 10)]
        empty = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(12, 1_048_577))
        self.assert_quick(zipped(xlsx_parts(xml_rows(HEAD, *rows) + empty)), 10)

    @bad_file("f20")
    def test_columns_beyond_the_known_ones_are_not_read(self) -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append([*HEAD, *(f"Cột {n}" for n in range(16_384 - len(HEAD)))])
        sheet.append(ROW)
        self.assert_quick(saved(book), 1)

    @bad_file("f22")
    def test_the_dimension_tag_is_not_believed(self) -> None:
        rows = [tuple(row.values()) for row in customers(*[{}] * 5)]
        before = '<dimension ref="A1:XFD1048576"/>'
        self.assert_quick(zipped(xlsx_parts(xml_rows(HEAD, *rows), before=before)), 5)

    @bad_file("f23")
    def test_a_cover_page_is_no_data(self) -> None:
        content = xlsx(sheets={"Bìa": [("Danh sách",)], "DSKH": [HEAD, ROW]})
        load = self.preview("accounts", content)
        self.assertEqual(load.state, "asked")
        self.assertIn("DSKH", str(load.report))
        asking.answer(load=load, said={"sheet": "DSKH"}, by=self.operator, at=timezone.now())
        load = self.work(load)
        self.assertEqual((load.state, load.rows, load.created), ("previewed", 1, 1))

    @bad_file("f25")
    def test_a_chart_is_skipped(self) -> None:
        book = Workbook()
        book.create_chartsheet("Biểu đồ", 0)
        for row in (HEAD, ROW):
            book.worksheets[0].append(row)
        self.assertEqual(self.through("accounts", saved(book)).created, 1)


class AgainTests(Bad):
    @bad_file("f29")
    def test_the_same_file_leads_to_its_first_load(self) -> None:
        content = as_xlsx(customers({}))
        first = self.through("accounts", content)
        again = self.bring("accounts", content, by=self.other)
        self.assertEqual((again.pk, again.made_by), (first.pk, self.operator))
        self.assertFalse(working.kinds_to_work())
        self.assertEqual(Account.objects.count(), 1)
        self.assert_told_nobody()
