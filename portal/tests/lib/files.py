"""Spreadsheet files for tests, well made and ill made, as bytes."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

HEADER = ("Mã khách hàng", "Tên khách hàng", "Số tiền")
ROWS = (("PE01000123456", "Nguyễn Thị Hoà", "1.250.000"), ("PE01000123457", "Lê Văn Tám", "0"))

CONTENT_TYPES = "[Content_Types].xml"
SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"


def csv_text(*rows: Sequence[str], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def xlsx(
    *rows: Sequence[Any], sheets: Mapping[str, Iterable[Sequence[Any]]] | None = None
) -> bytes:
    """A workbook as Excel would save it: of one sheet with ``rows``, or of several ``sheets``."""
    book = Workbook()
    book.remove(book.active)
    for name, content in (sheets or {"Sheet1": rows}).items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(entries: Mapping[str, str | bytes], **more: Any) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def xlsx_parts(rows: str, *, before: str = "", book: str = "") -> dict[str, str | bytes]:
    """The parts of a minimal workbook around the XML of its ``rows``."""
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return {
        CONTENT_TYPES: f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/'
        f'xml"/><Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{office}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
        f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">{book}<sheets>'
        '<sheet name="DSKH" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
        f'Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        SHEET: f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>',
    }


def text_cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


def xml_rows(*rows: Sequence[str]) -> str:
    """Rows of texts from A1 on."""
    return "".join(
        f'<row r="{number}">'
        + "".join(text_cell(f"{chr(65 + at)}{number}", text) for at, text in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, 1)
    )


def ods(rows: str) -> bytes:
    """An ODS file around the XML of the rows of its one table."""
    spaces = " ".join(
        f'xmlns:{prefix}="{_OASIS}:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(
        {
            "mimetype": mimetype,
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{_OASIS}:manifest:1.0">'
            f'<m:file-entry m:full-path="/" m:media-type="{mimetype}"/>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>',
            "content.xml": f'<office:document-content {spaces} xmlns:calcext="urn:calcext">'
            f'<office:body><office:spreadsheet><table:table table:name="Bảng">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        }
    )


def ods_row(*texts: str, repeated: int = 1) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'
