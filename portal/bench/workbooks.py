"""Reading a workbook of 200,000 rows and 10 columns, against the usual library."""

import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from openpyxl import Workbook, load_workbook

from portal.bench import Way
from portal.lib import spreadsheets

WHAT = "read a workbook of 200,000 rows and 10 columns"
UNIT = "rows"
ONLY_WHEN_NAMED = True
ROUNDS = 3

ROWS = 200_000
HEADINGS = tuple(f"Cột {letter}" for letter in "ABCDEFGHIJ")
_folder = tempfile.TemporaryDirectory(prefix="cskh-bench-")


def ways() -> Iterator[Way]:
    """openpyxl as it is meant for long sheets; ours, the checks before it included."""
    path = _written()
    yield Way(name="openpyxl", units=ROWS, run=lambda: _usual(path))
    yield Way(name="ours", units=ROWS, run=lambda: _ours(path))


def _usual(path: Path) -> int:
    book = load_workbook(path, read_only=True, data_only=True)
    return sum(1 for _row in book.active.iter_rows(values_only=True))


def _ours(path: Path) -> int:
    with spreadsheets.stream(path, headings=HEADINGS) as stream:
        return sum(1 for _record in stream.records())


def _written() -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    rows = (
        (f"PE01{n:09}", "10/2026", n + 1, "2026-11-04 12:17", "Ngân hàng", f"GD{n:09}", n * 1.5,
         "TT", f"K{n % 100}", n)
        for n in range(ROWS)
    )  # fmt: skip
    for row in chain([HEADINGS], rows):
        sheet.append(row)
    path = Path(_folder.name) / "long.xlsx"
    book.save(path)
    return path
