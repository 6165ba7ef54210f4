"""A text file by its lines: those of one form as they are, what stands between them as records."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, BinaryIO, NamedTuple

from .cells import Cell
from .refusals import Refused

BLOCK = 2**20
# A file with more gaps than these is read as records from there on.
MOST_GAPS = 100_000


# A row as it comes: its number, its cells, or None and why it could not be split into cells.
Record = tuple[int, list[Cell] | None, Any]


class Run(NamedTuple):
    """Whole lines of the form, a record each; ``number`` is that of the first."""

    number: int
    size: int
    content: bytes


class Gap(NamedTuple):
    """Bytes whose records have to be read; ``number`` of them, in ``line`` lines, came before."""

    number: int
    line: int
    offset: int
    length: int


class Records:
    """The records of a gap, those with anything in them; iterated, it tells where it has got to."""

    def __init__(self, found: Iterator[Record], reached: Callable[[], tuple[int, int]]) -> None:
        self._found, self.reached = found, reached

    def __iter__(self) -> Iterator[Record]:
        return self._found


@dataclass
class Lines:
    """The records under the headings of a UTF-8 text file; ``whole`` is all of them.

    ``gaps`` are known once the file was split.
    """

    file: BinaryIO
    whole: Gap
    delimiter: str
    read: Callable[[Gap], Records]
    gaps: list[Gap] = field(default_factory=list)

    def split(
        self, form: re.Pattern[bytes], look: Callable[[Iterator[Record]], None]
    ) -> Iterator[list[Run]]:
        """The runs of each block of the file; the records between them are only looked at.

        Where a quotation mark stays open, lines that follow may be part of a field: from there on
        all is read as records; so it is where the gaps become too many.
        """
        here, self.gaps = self.whole, []
        while here.length:
            text = self._block(here)
            runs = []
            for begins, ends, is_run in _parts(form, text):
                size = ends - begins
                if is_run:
                    count = text.count(b"\n", begins, ends)
                    runs.append(Run(here.number + 1, count, text[begins:ends]))
                    number, line = here.number + count, here.line + count
                elif len(self.gaps) < MOST_GAPS and (
                    reached := self._pass(here._replace(length=size), look)
                ):
                    number, line = reached
                else:
                    self._pass(here, look)
                    yield runs
                    return
                here = Gap(number, line, here.offset + size, here.length - size)
            yield runs

    @property
    def ends_in_gap(self) -> bool:
        """Whether no run stands at the end of the file."""
        ends = self.whole.offset + self.whole.length
        return bool(self.gaps) and self.gaps[-1].offset + self.gaps[-1].length == ends

    def records(self) -> Iterator[Record]:
        """The records that stand in no run."""
        for gap in self.gaps:
            yield from self.read(gap)

    def _pass(self, gap: Gap, look: Callable[[Iterator[Record]], None]) -> tuple[int, int] | None:
        """Look at a gap: how many records and lines end with it; None where it ends in a field."""
        records = self.read(gap)
        try:
            look(iter(records))
        except Refused:
            if gap.offset + gap.length == self.whole.offset + self.whole.length:
                raise
            return None
        last = self.gaps[-1] if self.gaps else None
        if last and last.offset + last.length == gap.offset:
            self.gaps[-1] = last._replace(length=last.length + gap.length)
        else:
            self.gaps.append(gap)
        return records.reached()

    def _block(self, here: Gap) -> bytes:
        """Whole lines from here on, at least one."""
        self.file.seek(here.offset)
        text = self.file.read(min(BLOCK, here.length))
        while len(text) < here.length:
            if end := text.rfind(b"\n") + 1:
                return text[:end]
            text += self.file.read(min(BLOCK, here.length - len(text)))
        return text


def _parts(form: re.Pattern[bytes], text: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each run and each stretch between two runs begins and ends, and whether it is a run."""
    spans = [(0, 0), *(run.span() for run in form.finditer(text)), (len(text), len(text))]
    for (begins, ends), (following, _) in pairwise(spans):
        if ends > begins:
            yield begins, ends, True
        if following > ends:
            yield ends, following, False
