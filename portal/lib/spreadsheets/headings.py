"""Finding the row of headings by its content."""

import re
from collections.abc import Collection, Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.lib.text import fold

from .cells import Cell, as_text
from .refusals import Refused

# Companies put their name, a title and a date above the headings; not more than this.
SEARCHED_ROWS = 20

_MARKS = re.compile("[_*:.]+")
_NOT_FOUND = _(
    "The row of headings was not found in the first {rows} rows. Looked for: {headings}."
)


def heading_key(text: str) -> str:
    """A heading for comparing: without accents, case, underscores, colons and stars."""
    return fold(_MARKS.sub(" ", text))


def matches(row: Sequence[Cell], keys: Collection[str]) -> int:
    """How many different known headings a row holds."""
    return len({heading_key(as_text(cell)) for cell in row if cell != ""} & set(keys))


def find_header(rows: Sequence[Sequence[Cell]], headings: Collection[str]) -> int:
    """The index of the row with most of the known ``headings``; at least two, if so many exist.

    :raises Refused: no row holds them
    """
    keys = {heading_key(heading): heading for heading in headings}
    counts = [matches(row, keys.keys()) for row in rows[:SEARCHED_ROWS]]
    best = max(counts, default=0)
    if best < min(2, len(keys)):
        looked_for = ", ".join(keys.values())
        raise Refused(format_lazy(_NOT_FOUND, rows=SEARCHED_ROWS, headings=looked_for))
    return counts.index(best)


def header_of(row: Sequence[Cell]) -> tuple[str, ...]:
    """The headings of a row, without the empty cells behind the last one."""
    texts = [as_text(cell) for cell in row]
    while texts and not texts[-1].strip():
        texts.pop()
    return tuple(texts)
