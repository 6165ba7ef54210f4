"""Rows as an XLSX workbook of one sheet, in pieces: it need neither fit into memory nor on a disk.

Written by hand, since it is the same few tags for each cell; ``docs/decisions.md`` says what that
takes beside the usual libraries. Source of the tags: ECMA-376, part 1, 18.3 (worksheets).
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from zipfile import ZIP_DEFLATED, ZipFile

from .numbers import SIGNIFICANT_DIGITS
from .text import escape_formula, printable

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What one sheet holds, its headings included.
MOST_ROWS = 2**20
# So much of the sheet is packed at once.
PIECE = 2**16
PACKING = 3

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

TEXT, DAY, MOMENT, HEADING, MARKED = range(1, 6)
"""How cells look: the places of their formats among those of the workbook."""


def _formats() -> str:
    """The formats of cells by their places: number, font, fill."""
    looks = [(0, 0, 0), (49, 0, 0), (164, 0, 0), (165, 0, 0), (49, 1, 0), (49, 0, 2)]
    formats = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" '
        'applyNumberFormat="1" applyFont="1" applyFill="1"/>'
        for number, font, fill in looks
    )
    return f'<cellXfs count="{len(looks)}">{formats}</cellXfs>'


_STYLES = f"""{_XML}<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>\
<numFmt numFmtId="165" formatCode="dd/mm/yyyy hh:mm:ss"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFFDE2B3"/></patternFill></fill></fills>
<borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
{_formats()}
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""
_PARTS = {
    "[Content_Types].xml": f"""{_XML}<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>
</Types>""",
    "_rels/.rels": f"""{_XML}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/>
</Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""{_XML}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_DOCUMENT}/styles" Target="styles.xml"/>
</Relationships>""",
    "xl/styles.xml": _STYLES,
}
_BOOK = f"""{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">
<sheets><sheet name="{{name}}" sheetId="1" r:id="rId1"/></sheets></workbook>"""
_HEAD = f"""{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">\
<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>\
<cols><col min="1" max="{{columns}}" width="18" customWidth="1"/></cols><sheetData>"""
_FOOT = "</sheetData></worksheet>"

# Day 0 of spreadsheets, moved by the 29 February 1900 that never was.
_ORIGIN, _ORIGIN_DAY = datetime(1899, 12, 30), date(1899, 12, 30)  # noqa: DTZ001  as in cells
_DAY_SECONDS = 86_400
_MARKUP = re.compile('[&<>"]')
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
# Spreadsheets read _x000D_ as the sign of that number.
_LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NAME = re.compile(r"[\[\]:*?/\\']")
_NAME_LENGTH = 31


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in a cell that is to be looked at."""

    text: str


def xlsx_pieces(
    headings: Iterable[object], rows: Iterable[Iterable[object]], *, name: str
) -> Iterator[bytes]:
    """A whole workbook: codes and words as text, numbers as numbers, days as days.

    :param name: of the sheet
    :raises ValueError: the rows are more than a sheet holds
    """
    heads = [str(heading) for heading in headings]
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=PACKING) as book:
        for part, content in _PARTS.items():
            book.writestr(part, content)
        book.writestr("xl/workbook.xml", _BOOK.format(name=_sheet_name(name)))
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for piece in _sheet(heads, rows):
                sheet.write(piece)
                yield pipe.take()
    yield pipe.take()


class _Pipe(io.RawIOBase):
    """Hands on what is written to it. An archive that cannot go back writes sizes behind."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: "bytes | memoryview") -> int:  # type: ignore[override]
        self._pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        """What came since it was last asked."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece


def _sheet(heads: Sequence[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    letters = [_letters(place) for place in range(len(heads))]
    first = _row(1, letters, [_text(head, HEADING) for head in heads])
    parts, size = [_HEAD.format(columns=len(heads)), first], 0
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise ValueError("more rows than a sheet holds")
        parts.append(_row(number, letters, map(_cell, row)))
        size += len(parts[-1])
        if size >= PIECE:
            yield "".join(parts).encode()
            parts, size = [], 0
    yield "".join(chain(parts, [_FOOT])).encode()


def _row(number: int, letters: Sequence[str], cells: Iterable[str]) -> str:
    filled = [
        f'<c r="{letter}{number}"{cell}'
        for letter, cell in zip(letters, cells, strict=True)
        if cell
    ]
    return f'<row r="{number}">{"".join(filled)}</row>'


def _cell(value: object) -> str:
    """What stands behind the place of a cell; nothing for an empty one."""
    write = _WRITERS.get(type(value))
    return write(value) if write else _text(str(value))


def _text(value: str, style: int = TEXT) -> str:
    if not value:
        return ""
    value = str(escape_formula(printable(value)))
    if "_x" in value:
        value = _LIKE_ESCAPED.sub("_x005F_", value)
    if _MARKUP.search(value):
        value = _MARKUP.sub(lambda found: _ENTITIES[found[0]], value)
    # A CR would come back as LF.
    value = value.replace("\r", "_x000D_")
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def _marked(value: Marked) -> str:
    return _text(value.text, MARKED) or f' s="{MARKED}"/>'


def _whole(value: int) -> str:
    # Of more digits a spreadsheet would keep but the first.
    return _text(str(value)) if abs(value) >= 10**SIGNIFICANT_DIGITS else f"><v>{value}</v></c>"


def _decimal(value: Decimal) -> str:
    return f"><v>{value:f}</v></c>"


def _day(value: date) -> str:
    return f' s="{DAY}"><v>{(value - _ORIGIN_DAY).days}</v></c>'


def _moment(value: datetime) -> str:
    since = value.replace(tzinfo=None) - _ORIGIN
    return f' s="{MOMENT}"><v>{since.days + since.seconds / _DAY_SECONDS!r}</v></c>'


_WRITERS: dict[type, Callable[..., str]] = {
    str: _text,
    int: _whole,
    bool: lambda value: f' t="b"><v>{value:d}</v></c>',
    float: lambda value: f"><v>{value!r}</v></c>",
    Decimal: _decimal,
    date: _day,
    datetime: _moment,
    Marked: _marked,
    type(None): lambda _value: "",
}


def _letters(place: int) -> str:
    """The name of a column: A to Z, then AA."""
    before, last = divmod(place, 26)
    return f"{_letters(before - 1) if before else ''}{chr(ord('A') + last)}"


def _sheet_name(name: str) -> str:
    """What a sheet may be called: few signs, and not many of them."""
    plain = _NAME.sub(" ", printable(name))[:_NAME_LENGTH].strip()
    return _MARKUP.sub(lambda found: _ENTITIES[found[0]], plain) or "1"
