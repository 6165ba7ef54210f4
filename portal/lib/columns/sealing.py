"""Columns whose values nobody reads in passing: they are sealed before anything keeps them."""

from typing import Any

from portal.lib.sealed import seal
from portal.lib.spreadsheets import Cell

from .base import Parser, Read, each


def sealed(read: Read, *, about: Any = "") -> Parser:
    """The text that ``read`` gives, sealed: so it waits, and so the service gets it.

    ``read`` gives no remark. Equal cells of one part of a file give equal values, others do not.
    """

    def read_and_seal(cell: Cell) -> str:
        return seal(read(cell))

    return each(read_and_seal, about=about)
