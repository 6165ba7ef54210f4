"""A look at the XML of a sheet before it is read: how far it reaches, and what has no value.

The reader lays out the full rectangle up to the last filled cell, so two cells in opposite corners
cost gigabytes; and it gives an empty text for errors and for formulas without a stored result,
which must not pass for empty cells.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from . import wire
from .archive import damaged
from .faults import Fault

# A cell without a value, as it goes to the parent: what is wrong, and the text that shows it.
Damaged = dict[str, str]

_ROW = re.compile(rb'row [^>]*?\br="(\d{1,7})"')
_FAR_CELL = re.compile(rb' r="([A-Z]{2,3})\d')
_FILLED_CELL = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"(?:[^>]*[^/>])?>')
_CELL = re.compile(rb"<((?:\w+:)?c)\b([^>]*?)(?:/>|>(.*?)</\1>)", re.DOTALL)
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<]*)")


@dataclass
class Extent:
    """How far a sheet reaches, and its cells without a value by (row, column) from zero."""

    rows: int = 0
    columns: int = 0
    damaged: dict[tuple[int, int], Damaged] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    def reach(self, rows: int, columns: int) -> None:
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)


def column_number(letters: bytes) -> int:
    """The number of a column from its letters: A is 1, XFD is 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def scan_xlsx(pieces: Iterable[bytes]) -> Extent:
    """The extent of a worksheet with its merely formatted cells, at least 26 columns; its damage.

    Addresses are looked for as spreadsheet programs write them. Who writes them otherwise to slip
    past meets the memory limit of the process that reads.
    """
    extent = Extent(columns=26)
    for rows in _whole_rows(pieces):
        # Rows stand in order, so the last one of a block reaches furthest.
        last = _ROW.findall(rows, max(0, rows.rfind(b"row "))) or _ROW.findall(rows)
        extent.reach(max(map(int, last), default=0), 0)
        for letters in set(_FAR_CELL.findall(rows)):
            extent.reach(0, column_number(letters))
        if b't="e"' in rows or _has_formula(rows):
            extent.damaged.update(_damage(rows))
    return extent


def _has_formula(rows: bytes) -> bool:
    # One letter, which Vietnamese has not, is looked for ten times as fast as two.
    return b"f" in rows and (b"<f" in rows or b":f" in rows)


def filled_part(pieces: Iterable[bytes]) -> Extent:
    """The extent of a worksheet's filled cells alone; slower, for sheets that seem too large."""
    extent = Extent()
    for rows in _whole_rows(pieces):
        for letters, row in _FILLED_CELL.findall(rows):
            extent.reach(int(row), column_number(letters))
    return extent


def _whole_rows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The text in blocks that end with a row, so that no cell is cut in two."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        end = text.rfind(b"row>") + 1
        if end:
            yield text[: end + 3]
        rest = text[end + 3 :] if end else text
    yield rest


def _damage(rows: bytes) -> Iterator[tuple[tuple[int, int], Damaged]]:
    for found in _CELL.finditer(rows):
        _tag, attributes, body = found.groups(b"")
        address, damaged = _ADDRESS.search(attributes), _damaged(attributes, body)
        if address and damaged:
            yield (int(address[2]) - 1, column_number(address[1]) - 1), damaged


def _damaged(attributes: bytes, body: bytes) -> Damaged | None:
    value, formula = _VALUE.search(body), _FORMULA.search(body)
    if b't="e"' in attributes:
        text = value[1] if value else b"#"
        return {wire.ERROR: text.decode("utf-8", "replace")}
    # An empty text is a result too: then the cell says t="str" and has a <v>.
    if not formula or value or (b't="str"' in attributes and b"<v" in body):
        return None
    return {wire.NO_RESULT: f"={formula[1].decode('utf-8', 'replace')}"}


class OdsScan:
    """The same for ``content.xml`` of an ODS file, which holds all its sheets."""

    def __init__(self) -> None:
        self.extents: dict[str, Extent] = {}
        self._extent = Extent()
        self._row = self._column = self._rows = self._columns = 0
        self._error: str | None = None
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.CharacterDataHandler = self._data
        self._parser.EndElementHandler = self._end

    def read(self, pieces: Iterable[bytes]) -> dict[str, Extent]:
        """The extents of the sheets by name.

        :raises Fault: the XML is not well formed
        """
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except Fault:
            raise
        except (expat.ExpatError, ValueError):
            raise damaged() from None
        return self.extents

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        values = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
        match tag.rpartition(" ")[2]:
            case "table":
                self._row = self._rows = 0
                self._extent = self.extents.setdefault(values.get("name", ""), Extent())
            case "table-row":
                self._row += self._rows
                self._rows, self._column = int(values.get("number-rows-repeated", 1)), 0
                self._columns = 0
            case "table-cell" | "covered-table-cell":
                self._start_cell(attributes, values)

    def _start_cell(self, attributes: dict[str, str], values: dict[str, str]) -> None:
        self._column += self._columns
        self._columns = int(values.get("number-columns-repeated", 1))
        kinds = [value for name, value in attributes.items() if name.endswith(" value-type")]
        self._error = "" if "error" in kinds else None
        if kinds:
            self._extent.reach(self._row + self._rows, self._column + self._columns)

    def _data(self, text: str) -> None:
        if self._error is not None:
            self._error += text

    def _end(self, tag: str) -> None:
        if tag.endswith(" table-cell") and self._error is not None:
            place = self._row, self._column
            self._extent.damaged[place] = {wire.ERROR: self._error.strip()}
            self._error = None
