"""The refused rows of a load as a spreadsheet: each as it stood, the reason beside each wrong cell.

Whoever mends it loads it as it is: the columns of reasons mean nothing to the reader.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from customers.models import Load, LoadNote
from portal.lib import spreadsheets
from portal.lib.importing import SheetResource
from portal.lib.spreadsheets import Stream, as_text
from portal.lib.workbooks import Marked, xlsx_pieces

from . import files
from .staging import opened

MOST_ROWS = 100_000
# Stands in each line until somebody takes the file; then their download's number does.
_TAKEN = "{{tai-ve}}"

Text = str | Marked


def write(*, load: Load, resource: type[SheetResource]) -> Path | None:
    """Write the file of the refused rows; None where there are none."""
    path = files.mending_path(load.pk)
    refused = LoadNote.objects.filter(load=load, kind=LoadNote.Kind.REFUSED).order_by("row", "pk")
    if not refused.exists():
        path.unlink(missing_ok=True)
        return None
    told = _digest(refused)
    if _tells(path, told):
        return path
    with opened(load, resource) as stream, path.open("wb") as file:
        wrong = set(refused.values_list("column", flat=True).distinct())
        heads, lines = _lines(stream, resource, refused.iterator(), wrong)
        file.writelines(xlsx_pieces(heads, lines, name=_("Rows to mend")))
    with zipfile.ZipFile(path, "a") as book:
        book.comment = told.encode()
    return path


def _digest(refused: QuerySet[LoadNote]) -> str:
    """By what is said of the refused rows one sees whether the workbook tells it already."""
    digest = hashlib.sha256()
    for note in refused.values_list("row", "column", "why").iterator():
        digest.update(repr(note).encode())
    return digest.hexdigest()


def _tells(path: Path, told: str) -> bool:
    """Whether the workbook was written before, of the same notes: the file need not be read."""
    if not path.exists():
        return False
    with zipfile.ZipFile(path) as book:
        return book.comment == told.encode()


def rows(load: Load) -> int:
    """How many rows its workbook holds."""
    return min(load.refused, MOST_ROWS)


def taken(path: Path, *, download: int) -> io.BytesIO:
    """The workbook with the number of its download in each line, so that a copied one tells it."""
    copy = io.BytesIO()
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in book.namelist():
            content = book.read(name)
            new.writestr(name, content.replace(_TAKEN.encode(), str(download).encode()))
    copy.seek(0)
    return copy


def _lines(
    stream: Stream, resource: type[SheetResource], refused: Iterator[LoadNote], wrong: set[str]
) -> tuple[list[str], Iterator[list[Text]]]:
    """The headings, and the refused rows below them."""
    known = {spreadsheets.heading_key(h): h for h in resource.table.headings()}
    names = [known_as(resource, known, heading) for heading in stream.header]
    columns = {column.heading: column.name for column in resource.table.columns}
    repeated = [partial(resource.table.repeated, name=columns.get(name, "")) for name in names]
    beside = [any(name in one.split(", ") for one in wrong) for name in names]
    heads: list[str] = [_("Row in the file"), _("Why it was refused")]
    headings = map(resource.table.repeated, stream.header)
    for heading, has_reason in zip(headings, beside, strict=True):
        heads += [heading, _("Reason: %(column)s") % {"column": heading}][: 1 + has_reason]
    heads.append(_("download"))
    reasons = {row: list(notes) for row, notes in groupby(refused, key=attrgetter("row"))}
    wanted = min(len(reasons), MOST_ROWS)
    lines = (
        _line(number, _texts(cells or [], repeated), reasons[number], names, beside)
        for number, cells, _why in stream.records()
        if number in reasons
    )
    # What stands behind the last refused row need not be read.
    return heads, islice(lines, wanted)


def _texts(cells: list[spreadsheets.Cell], repeated: Sequence[Callable[[str], str]]) -> list[str]:
    """What may be repeated of each cell."""
    pairs = zip(repeated, cells, strict=False)
    return [may_say(as_text(cell)) for may_say, cell in pairs]


def _line(
    number: int,
    texts: list[str],
    notes: list[LoadNote],
    names: list[str],
    beside: list[bool],
) -> list[Text]:
    """A row as it stood, all of it text, so that codes keep their zeros."""
    line: list[Text] = [str(number), " ".join(dict.fromkeys(note.why for note in notes))]
    padded = [*texts, *[""] * len(names)][: len(names)]
    for text, name, has_reason in zip(padded, names, beside, strict=True):
        why = " ".join(note.why for note in notes if name in note.column.split(", "))
        line.append(Marked(text) if why else text)
        if has_reason:
            line.append(why)
    return [*line, _TAKEN]


def known_as(resource: type[SheetResource], known: dict[str, str], heading: str) -> str:
    """The heading by which reasons name the column that this file calls ``heading``."""
    written = known.get(spreadsheets.heading_key(heading), heading)
    for column in resource.table.columns:
        if written in (column.heading, *column.synonyms):
            return column.heading
    return heading
