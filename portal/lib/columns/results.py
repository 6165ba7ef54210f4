"""What reading a sheet gives."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """The values of a good row by the names of the columns; its number in the file."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One wrong field: the row is refused. ``column`` is the heading; ``value`` is cut short."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """One field that was taken, but not as it was written; or what else is to be said of it."""

    row: int
    column: str
    why: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Parsed:
    """The rows to load, and all that must be said about the others, in the order of the file.

    ``rules`` tells by heading how numbers were read; ``ignored_columns`` are headings that mean
    nothing here; ``absent_columns`` are names of columns that the file does not have, so that a
    loader can tell "empty" from "not said". A row of ``totals`` is remarked on and is none of them.
    """

    rows: list[Row]
    refused: list[Refusal] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    ignored_columns: tuple[str, ...] = ()
    absent_columns: tuple[str, ...] = ()
    rules: dict[str, str] = field(default_factory=dict)
    totals: int = 0
