"""The one sheet with data of an XLSX or ODS workbook."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, BinaryIO, NamedTuple
from xml.etree import ElementTree
from zipfile import ZipInfo

import python_calamine as calamine

from . import archive, faults, scan
from .faults import Fault
from .limits import Limits

Row = list[Any]


class Laid(NamedTuple):
    """A sheet laid out in memory: its rows come one by one, as often as asked."""

    name: str
    rows: Callable[[], Iterator[Row]]


ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
WORKBOOK, LINKS, CONTENT = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "content.xml"


class Workbook:
    """A checked container; reads the cells of its one sheet with data."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self.file, self.limits = file, limits
        self.entries = {entry.filename: entry for entry in archive.directory(file, limits)}
        self.form = self._form()
        self.date1904 = False
        self.extents = self._ods() if self.form == "ods" else self._xlsx()

    def sheet(self, wanted: str | None) -> Laid:
        """All rows of the sheet ``wanted``, or of the only one with data.

        :raises Fault: none or several hold data, or it is too large
        """
        self._check_extents()
        try:
            # By its descriptor, since of an open file the reader takes a copy.
            book = calamine.load_workbook(f"/dev/fd/{self.file.fileno()}")
            return self._sheet(book, wanted)
        except calamine.CalamineError:
            raise archive.damaged() from None
        except BaseException as error:
            # A panic inside the reader is no Exception.
            if type(error).__name__ == "PanicException":
                raise archive.damaged() from None
            raise

    def _form(self) -> str:
        if WORKBOOK in self.entries:
            return "xlsx"
        if "mimetype" in self.entries and self._content("mimetype").strip() == ODS_TYPE:
            return "ods"
        raise Fault(faults.BINARY if "xl/workbook.bin" in self.entries else faults.OTHER_ARCHIVE)

    def _content(self, name: str) -> bytes:
        if name not in self.entries:
            raise archive.damaged()
        return b"".join(self._pieces(self.entries[name]))

    def _pieces(self, entry: ZipInfo) -> Iterable[bytes]:
        return archive.pieces(self.file, entry)

    def _walk(self, but: Iterable[str] = ()) -> None:
        """Inflate the entries that nothing else looks at, to see that they tell the truth."""
        for name in self.entries.keys() - set(but):
            for _piece in self._pieces(self.entries[name]):
                pass

    def _ods(self) -> dict[str, scan.Extent]:
        if CONTENT not in self.entries:
            raise archive.damaged()
        self._walk(but=[CONTENT])
        return scan.OdsScan().read(self._pieces(self.entries[CONTENT]))

    def _xlsx(self) -> dict[str, scan.Extent]:
        names = self._sheet_names()
        self._walk(but=names)
        return {names[part]: self._extent(part) for part in names if part in self.entries}

    def _extent(self, part: str) -> scan.Extent:
        extent = scan.scan_xlsx(self._pieces(self.entries[part]))
        if extent.cells > self.limits.cells:
            filled = scan.filled_part(self._pieces(self.entries[part]))
            extent.rows, extent.columns = filled.rows, filled.columns
        return extent

    def _sheet_names(self) -> dict[str, str]:
        """The names of the sheets by the part of the container that holds each."""
        book = _parsed(self._content(WORKBOOK))
        for settings in book.iterfind("{*}workbookPr"):
            self.date1904 = settings.get("date1904") in ("1", "true")
        targets = {link.get("Id"): link.get("Target", "") for link in _parsed(self._content(LINKS))}
        sheets: dict[str, str] = {}
        for sheet in book.iterfind("{*}sheets/{*}sheet"):
            link = next((v for k, v in sheet.items() if k.endswith("}id")), None)
            target = targets.get(link, "").lstrip("/").removeprefix("xl/")
            sheets[f"xl/{target}"] = sheet.get("name", "")
        return sheets

    def _check_extents(self) -> None:
        for name, extent in self.extents.items():
            if extent.cells > self.limits.cells:
                size = {"rows": extent.rows, "columns": extent.columns}
                raise Fault(faults.TOO_LARGE, name=name, **size)

    def _sheet(self, book: Any, wanted: str | None) -> Laid:
        sheets = {
            about.name: sheet
            for about in book.sheets_metadata
            if about.typ == calamine.SheetTypeEnum.WorkSheet
            and (sheet := book.get_sheet_by_name(about.name)).start is not None
        }
        name = _chosen(list(sheets), wanted)
        return Laid(name, partial(self._walk_rows, sheets[name]))

    def _walk_rows(self, sheet: Any) -> Iterator[Row]:
        """Every row from the first on; with what the reader gives as empty text put back: errors
        and results never calculated.
        """
        damaged: dict[int, list[tuple[int, scan.Damaged]]] = defaultdict(list)
        if extent := self.extents.get(sheet.name):
            for (row, column), cell in extent.damaged.items():
                damaged[row].append((column, cell))
        # The reader leaves out the empty columns in front.
        before = [""] * sheet.start[1]
        for number, found in enumerate(sheet.iter_rows()):
            cells = before + found if before else found
            for column, cell in damaged.get(number, ()):
                if column < len(cells):
                    cells[column] = cell
            yield cells


def _parsed(xml: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(xml)  # noqa: S314 - document types were refused before
    except ElementTree.ParseError:
        raise archive.damaged() from None


def _chosen(names: list[str], wanted: str | None) -> str:
    if not names:
        raise Fault(faults.NO_DATA)
    if wanted is not None and wanted not in names:
        raise Fault(faults.NO_SUCH_SHEET, name=wanted, names=names)
    if wanted is None and len(names) > 1:
        raise Fault(faults.SEVERAL, names=names)
    return wanted if wanted is not None else names[0]
