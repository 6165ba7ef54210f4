"""Spreadsheet files from other people's hands: CSV, XLSX and ODS become rows, or are refused.

A file is judged by its content, never by its name; a ZIP container is measured before anything in
it is unpacked; nothing in a file is ever run, evaluated or fetched. Workbooks are looked into by a
process of its own (``apart``), with a limit to its memory and its time.
"""

from .apart.limits import Limits
from .cells import ERROR_VALUE, Cell, Damaged, as_text, shown
from .headings import heading_key
from .lines import Gap, Lines, Record, Run
from .reader import read, stream
from .refusals import Refused, SeveralSheets
from .sheet import Sheet, Stream

__all__ = [
    "ERROR_VALUE",
    "Cell",
    "Damaged",
    "Gap",
    "Limits",
    "Lines",
    "Record",
    "Refused",
    "Run",
    "SeveralSheets",
    "Sheet",
    "Stream",
    "as_text",
    "heading_key",
    "read",
    "shown",
    "stream",
]
