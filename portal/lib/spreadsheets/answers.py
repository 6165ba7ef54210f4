"""What the process that looks into a workbook answers; each answer is doubted.

A file may have taken that process over. So an answer is JSON of a bounded length, its rows hold
values of cells and nothing else, and one does not wait for it for ever.
"""

import os
import select
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import IO, Any, NamedTuple, TypeVar

import orjson
from django.utils.translation import gettext_lazy as _

from .apart import faults, wire
from .cells import ERROR_VALUE, Cell, Damaged
from .faults import refused
from .refusals import Refused

PIECE = 2**18
FORMS = ("xlsx", "ods")
LONGEST_NAME = 1_000

_NOT_CALCULATED = _("The formula here has no stored result; paste its value instead.")
_PLAIN = frozenset((str, int, float, bool))
# A spreadsheet shows what is no number by a mark that begins so.
_NO_NUMBER = Damaged("#", ERROR_VALUE)
# What makes a cell of what goes under each name.
_MAKE: dict[str, Callable[[Any], Cell]] = {
    wire.ERROR: lambda text: Damaged(_text(text), ERROR_VALUE),
    wire.NO_RESULT: lambda text: Damaged(_text(text), _NOT_CALCULATED),
    wire.MOMENT: lambda text: _without_zone(datetime.fromisoformat(text)),
    wire.DAY: date.fromisoformat,
    wire.CLOCK: lambda text: _without_zone(clock.fromisoformat(text)),
    wire.SPAN: lambda parts: timedelta(*parts),
}


Moment = TypeVar("Moment", datetime, clock)


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
            return Answer(kind, orjson.loads(self._exactly(size)))
        except orjson.JSONDecodeError:
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
    if about.form not in FORMS or len(about.name) > LONGEST_NAME or "\x00" in about.name:
        raise refused(faults.CRASHED)
    return about


def fault_of(content: Any) -> Refused:
    """The refusal for the fault that the process found."""
    match content:
        case [str(code), dict(values)] if all(map(_is_said, values.values())):
            return refused(code, values)
    return refused(faults.CRASHED)


def _is_said(value: Any) -> bool:
    """Whether the words for a fault can name it: a text, a number, or a list of texts."""
    texts = value if type(value) is list else [value]
    return all(type(text) in (str, int) for text in texts)


def rows_of(content: Any) -> list[list[Cell]]:
    """Rows of cells, made of what the process gave.

    :raises Refused: they hold something that is no cell
    """
    if not isinstance(content, list):
        raise refused(faults.CRASHED)
    for row in content:
        if type(row) is not list:
            raise refused(faults.CRASHED)
        if not _PLAIN.issuperset(map(type, row)):
            row[:] = map(_cell, row)
    return content


def _cell(value: Any) -> Cell:
    """The cell that goes as ``value``: a day, a time, or one without a value."""
    if type(value) in _PLAIN:
        return value
    if value is None:
        return _NO_NUMBER
    try:
        ((name, told),) = value.items()
        return _MAKE[name](told)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise refused(faults.CRASHED) from None


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _without_zone(value: Moment) -> Moment:
    """A moment or a time as spreadsheets have them."""
    if value.tzinfo is not None:
        raise ValueError
    return value
