"""What parent and child say to each other: frames of JSON, which can hold nothing that runs.

A question is the number of a row. An answer is a kind, a length, and JSON: rows from there on. JSON
has no days, times, or cells without a value; each goes as an object with a single name. What is no
number, though a cell says so, goes as null.
"""

import struct
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson

QUESTION = struct.Struct("<I")
ANSWER = struct.Struct("<cI")
# A parent makes up to fifty times as much of it in memory. A row of the widest sheet, each cell
# filled to what Excel can hold, would be larger.
MOST_BYTES = 4 * 2**20

# How a process ends that has no memory left to say so.
NO_MEMORY = 77

READY, FAULT, BOOK, ROWS, LAST_ROWS = b"H", b"F", b"B", b"R", b"E"
ERROR, NO_RESULT, DAY, MOMENT, CLOCK, SPAN = "error", "formula", "day", "moment", "clock", "span"


def _plain(cell: Any) -> dict[str, Any]:
    if isinstance(cell, datetime):
        return {MOMENT: cell.isoformat()}
    if isinstance(cell, date):
        return {DAY: cell.isoformat()}
    if isinstance(cell, time):
        return {CLOCK: cell.isoformat()}
    if isinstance(cell, timedelta):
        return {SPAN: [cell.days, cell.seconds, cell.microseconds]}
    raise TypeError(type(cell).__name__)


def packed(kind: bytes, content: Any) -> bytes:
    """An answer as bytes."""
    # Passed on to ours, since days would go as texts, and come out as such.
    body = orjson.dumps(content, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)
    return ANSWER.pack(kind, len(body)) + body
