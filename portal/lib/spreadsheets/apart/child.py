"""The process that looks into one workbook: it checks it, lays it out, and hands out its rows.

It sets limits to itself before it looks: of memory, of time, no file it may write, no process it
may start. What it was started with is the file and two pipes; it has no environment. It ends with
the pipes, so none stays behind when its parent is killed, and it leaves SIGTERM alone, which a stop
of the service sends to all its processes: the parent decides.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, BinaryIO

from . import faults, wire
from .faults import Fault
from .limits import Limits
from .workbook import Row, Workbook

# Rows of one answer; so many cells are some 100 KB.
CELLS = 8_192


def main() -> None:
    """Serve until the questions end; the first line of them says what to read, and how."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    settings = json.loads(questions.readline())
    limits = Limits(**settings["limits"])
    _restrict(limits)
    # From here on it is the file's doing when the process ends.
    _answer(answers, wire.READY, None)
    try:
        with os.fdopen(settings["file"], "rb") as file:
            serve(file, limits, settings["sheet"], questions, answers)
    except MemoryError:
        os._exit(wire.NO_MEMORY)
    except BrokenPipeError:
        os._exit(0)


def _restrict(limits: Limits) -> None:
    for what, most in (
        (resource.RLIMIT_DATA, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    # The first tells by a signal of its own that it was the time.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))


def serve(
    file: BinaryIO, limits: Limits, wanted: str | None, questions: BinaryIO, answers: BinaryIO
) -> None:
    """Say what the workbook is, then give rows as often as asked; or the fault it has."""
    try:
        book = Workbook(file, limits)
        sheet = book.sheet(wanted)
        about = {"form": book.form, "name": sheet.name, "date1904": book.date1904}
        _answer(answers, wire.BOOK, about)
        _give_rows(sheet.rows, questions, answers)
    except Fault as fault:
        _answer(answers, wire.FAULT, [fault.code, fault.values])


def _give_rows(rows: Any, questions: BinaryIO, answers: BinaryIO) -> None:
    """Rows from the one asked for on; whoever asks in order gets them from one going through."""
    at, left = 0, rows()
    while len(question := questions.read(wire.QUESTION.size)) == wire.QUESTION.size:
        (wanted,) = wire.QUESTION.unpack(question)
        if wanted != at:
            at, left = wanted, islice(rows(), wanted, None)
        block, is_last = _block(left)
        answer = wire.packed(wire.LAST_ROWS if is_last else wire.ROWS, block)
        while len(answer) > wire.MOST_BYTES and len(block) > 1:
            half = len(block) // 2
            block, left = block[:half], chain(block[half:], left)
            answer = wire.packed(wire.ROWS, block)
        at += len(block)
        _say(answers, answer)


def _block(rows: Iterator[Row]) -> tuple[list[Row], bool]:
    """The next rows, and whether these are the last."""
    block, cells = [], 0
    for row in rows:
        block.append(row)
        cells += len(row) + 1
        if cells >= CELLS:
            return block, False
    return block, True


def _answer(answers: BinaryIO, kind: bytes, content: Any) -> None:
    _say(answers, wire.packed(kind, content))


def _say(answers: BinaryIO, answer: bytes) -> None:
    if len(answer) > wire.MOST_BYTES:
        raise Fault(faults.MEMORY)
    answers.write(answer)
    answers.flush()
