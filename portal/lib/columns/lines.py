"""Lines of a text file that need no reading: every cell stands in a form that its column knows.

Such a line means the same to the database as to the reader, so it goes there as it is. One regular
expression tells these lines from the others.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from portal.lib.spreadsheets import Cell

from .base import Prepared
from .reading import outcome_of

if TYPE_CHECKING:
    from .table import Column

# Of a column without a form, so many words are known by heart.
MOST_WORDS = 64
# What no cell of such a line holds: quotes, and what ends a line or is none of its text.
_NEVER = r'"\x00-\x1f'


def expression(
    columns: Sequence["Column"], places: Mapping[str, int], forms: Mapping[str, str], wide: int,
    delimiter: str,
) -> re.Pattern[bytes] | None:  # fmt: skip
    """Runs of whole lines of ``wide`` cells that need no reading; None where no line is certain."""
    mark = re.escape(delimiter)
    anything = f"[^{mark}{_NEVER}]*"
    cells = [anything] * wide
    for column in columns:
        if column.name not in places:
            continue
        if not (form := forms[column.name]):
            return None
        cells[places[column.name]] = f"(?:{form}){'' if column.required else '?'}"
    # Where a form may hold the delimiter, its count says that no cell was taken for two.
    count = f"(?=(?:{anything}{mark}){{{wide - 1}}}{anything}\\r?\\n)" if delimiter in ",." else ""
    line = f"{count}{mark.join(cells)}\\r?\\n"
    return re.compile(f"^(?:{line})++".encode(), re.MULTILINE)


def form_of(column: "Column", prepared: Prepared, cells: Sequence[Cell]) -> str:
    """The form of a column's cells; else the few words that are met in it, if they are few.

    What has to be sealed goes nowhere unread.
    """
    if column.secret:
        return ""
    if prepared.form:
        return prepared.form
    words = {cell for cell in cells if isinstance(cell, str) and cell}
    if not words or len(words) > MOST_WORDS:
        return ""
    return "|".join(re.escape(word) for word in sorted(words) if _is_plain(column, prepared, word))


def _is_plain(column: "Column", prepared: Prepared, word: str) -> bool:
    """Whether a word is read as it stands, and would be written so again."""
    if not word.isprintable() or '"' in word or word != word.strip():
        return False
    # As the reader has it: behind an apostrophe stands another text, and an error is refused.
    found = outcome_of(column, prepared.read, word)
    if found.wrong is not None or found.why is not None:
        return False
    return column.parse.stored.write(found.value) == word
