"""A workbook, seen through the process that looks into it.

The process lives as long as the workbook is open and holds its sheet, so rows can be had again
without the file being read again. It is started with nothing but the file and two pipes.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any, BinaryIO

import structlog

from .answers import Answer, Answers, Ended, about_of, fault_of, rows_of
from .apart import faults, wire
from .apart.limits import Limits
from .cells import Cell
from .faults import refused
from .refusals import Refused

log = structlog.get_logger(__name__)

# What runs apart is found beside this module, not through the portal, which would be loaded first.
_FOLDER = str(Path(__file__).parent)
_BEGIN = "import sys; sys.path.append(sys.argv[1]); from apart.child import main; main()"
# No sheet has more.
MOST_ROWS = 2**20

# By how the process ended, if it did not say itself; the reader aborts where it gets no memory.
_ENDS = {
    wire.NO_MEMORY: faults.MEMORY,
    -signal.SIGABRT: faults.MEMORY,
    -signal.SIGXCPU: faults.TIME,
}
_DIES_WITHIN = 5.0  # seconds, once it has nothing more to say


class NotStarted(Exception):
    """The process ended before it looked at the file: no fault of the file's."""


class Workbook:
    """The one sheet with data of an XLSX or ODS file, or the one that is ``wanted``.

    :raises Refused: it is damaged or dangerous, holds no such sheet, or takes too much to read
    """

    def __init__(self, file: BinaryIO, limits: Limits, wanted: str | None = None) -> None:
        # The row from which on rows were asked for, and are not taken yet.
        self._asked: int | None = None
        with _with_number(file) as number:
            self._process = _started(number)
            self._questions, answers = _pipes(self._process)
            settings = {"file": number, "limits": asdict(limits), "sheet": wanted}
        try:
            self._answers = Answers(answers, seconds=limits.waiting_seconds)
            self._hand(settings)
            about = about_of(self._answer(wire.BOOK).content)
            self.form, self.name, self.date1904 = about
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process, wherever it is."""
        self._process.kill()
        self._process.wait()
        for pipe in _pipes(self._process):
            pipe.close()

    def rows(self, first: int = 0) -> Iterator[list[Cell]]:
        """The rows from one on, counted from zero; as often as asked.

        :raises Refused: the process does not last to the end of them
        """
        is_last = False
        while not is_last:
            block, is_last = self._block(first)
            first += len(block)
            if first > MOST_ROWS or not (block or is_last):
                raise refused(faults.CRASHED)
            yield from block

    def _block(self, first: int) -> tuple[list[list[Cell]], bool]:
        """Some rows, and whether they are the last; the next ones are asked for at once, so that
        they are got ready while these are used.
        """
        if self._asked != first:
            if self._asked is not None:
                self._answer(wire.ROWS, wire.LAST_ROWS)
            self._ask(first)
        answer = self._answer(wire.ROWS, wire.LAST_ROWS)
        self._asked = None
        rows = rows_of(answer.content)
        if answer.kind == wire.ROWS:
            self._ask(first + len(rows))
        return rows, answer.kind == wire.LAST_ROWS

    def _ask(self, first: int) -> None:
        self._send(wire.QUESTION.pack(first))
        self._asked = first

    def _send(self, question: bytes) -> None:
        try:
            self._questions.write(question)
        except BrokenPipeError:
            raise self._ended() from None

    def _hand(self, settings: dict[str, Any]) -> None:
        # Until it says it is ready, its end is the server's fault; it may come while we write.
        try:
            self._send(json.dumps(settings).encode() + b"\n")
            self._answer(wire.READY)
        except Refused as why:
            raise NotStarted(self._process.returncode) from why

    def _answer(self, *kinds: bytes) -> Answer:
        try:
            answer = self._answers.next()
        except Ended:
            raise self._ended() from None
        if answer.kind == wire.FAULT:
            raise fault_of(answer.content)
        if answer.kind not in kinds:
            raise refused(faults.CRASHED)
        return answer

    def _ended(self) -> Refused:
        """Why it said nothing more, told by how it ended."""
        code = None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_DIES_WITHIN)
        log.warning("workbook_reader_ended", code=code)
        return refused(_ENDS.get(code or 0, faults.CRASHED))


def _started(number: int) -> subprocess.Popen:
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-I", "-B", "-c", _BEGIN, _FOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env={},
        pass_fds=[number],
        # What is pressed in a terminal is for the parent.
        start_new_session=True,
    )


def _pipes(process: subprocess.Popen) -> tuple[IO[bytes], IO[bytes]]:
    """To it and from it."""
    if not (process.stdin and process.stdout):
        raise NotStarted
    return process.stdin, process.stdout


@contextmanager
def _with_number(file: BinaryIO) -> Iterator[int]:
    """The number by which another process is handed the file; bytes become one that no disk sees,
    since they may be those of a sealed file.
    """
    try:
        number = file.fileno()
    except OSError:
        with os.fdopen(os.memfd_create("workbook"), "w+b") as copy:
            file.seek(0)
            copyfileobj(file, copy)
            copy.flush()
            yield copy.fileno()
    else:
        yield number
