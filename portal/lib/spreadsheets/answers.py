"""What the process that looks into a workbook answers; each answer is doubted.

A file may have taken that process over. So an answer is JSON of a bounded length, its rows hold
values of cells and nothing else, and one does not wait for it for ever.
"""

import json
import os
import select
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from .apart import faults, wire
from .cells import ERROR_VALUE, Cell, Damaged
from .faults import refused
from .refusals import Refused

PIECE = 2**18

_NOT_CALCULATED = _("The formula here has no stored result; paste its value instead.")
_CELLS = frozenset((str, int, float, bool, date, datetime, clock, timedelta, Damaged))


class Ended(Exception):
    """The process said nothing more."""


class Answer(NamedTuple):
    """One answer: what kind it is of, and what it says."""

    kind: bytes
    content: Any


class Answers:
    """The answers of one process, for which one waits so many seconds all in all."""

    def __init__(self, pipe: IO[bytes], *, seconds: float) -> None:
        self._pipe, self._left = pipe.fileno(), seconds
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN | select.POLLHUP)

    def next(self) -> Answer:
        """The next answer.

        :raises Ended: there is none
        :raises Refused: it takes too long, or is none
        """
        kind, size = wire.ANSWER.unpack(self._exactly(wire.ANSWER.size))
        if size > wire.MOST_BYTES:
            raise refused(faults.CRASHED)
        try:
            return Answer(kind, json.loads(self._exactly(size), object_hook=_cell))
        except (ValueError, TypeError, RecursionError, OverflowError):
            raise refused(faults.CRASHED) from None

    def _exactly(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            self._wait()
            piece = os.read(self._pipe, min(PIECE, size - len(found)))
            if not piece:
                raise Ended
            found += piece
        return bytes(found)

    def _wait(self) -> None:
        began = time.monotonic()
        ready = self._poll.poll(max(0.0, self._left) * 1000)
        self._left -= time.monotonic() - began
        if not ready:
            raise refused(faults.TIME)


class About(NamedTuple):
    """What the process says of the workbook."""

    form: str
    name: str
    date1904: bool


def about_of(content: Any) -> About:
    """The workbook as the process describes it.

    :raises Refused: it does not
    """
    try:
        about = About(**content)
    except TypeError:
        raise refused(faults.CRASHED) from None
    if tuple(map(type, about)) != (str, str, bool):
        raise refused(faults.CRASHED)
    return about


def fault_of(content: Any) -> Refused:
    """The refusal for the fault that the process found."""
    match content:
        case [str(code), dict(values)]:
            return refused(code, values)
    return refused(faults.CRASHED)


def rows_of(content: Any) -> list[list[Cell]]:
    """Rows as the process gave them.

    :raises Refused: they hold something that is no cell
    """
    if not isinstance(content, list):
        raise refused(faults.CRASHED)
    for row in content:
        if type(row) is not list or not _CELLS.issuperset(map(type, row)):
            raise refused(faults.CRASHED)
    return content


def _cell(values: Mapping[str, Any]) -> Any:
    """A day, a time, or a cell without a value; other objects stay, and are cells of no kind."""
    if len(values) != 1:
        return values
    ((name, value),) = values.items()
    match name:
        case wire.ERROR:
            return Damaged(str(value), ERROR_VALUE)
        case wire.NO_RESULT:
            return Damaged(str(value), _NOT_CALCULATED)
        case wire.MOMENT:
            return datetime.fromisoformat(value)
        case wire.DAY:
            return date.fromisoformat(value)
        case wire.CLOCK:
            return clock.fromisoformat(value)
        case wire.SPAN:
            days, seconds, microseconds = value
            return timedelta(days, seconds, microseconds)
    return values
