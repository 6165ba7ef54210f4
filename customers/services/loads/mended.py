"""Which refused rows of a load another file brings again: it mends these, and nothing else."""

from collections.abc import Iterator
from typing import NamedTuple

from customers.models import Load, LoadNote
from portal.lib import spreadsheets
from portal.lib.importing import SheetResource
from portal.lib.spreadsheets import Cell, Limits, Stream, as_text
from portal.lib.text import clean, unescape_formula

from . import files, staging

Key = tuple[str, ...]


class Came(NamedTuple):
    """The refused rows that a file brought again and that went in; how many it has besides."""

    rows: frozenset[int]
    others: int


def is_only_mended(*, load: Load, resource: type[SheetResource]) -> bool:
    """Whether a file holds nothing but refused rows of the load that it mends."""
    if load.mends is None or load.rows > load.mends.refused:
        return False
    return _came(load, load.mends, resource).others == 0


def is_whole(*, load: Load, resource: type[SheetResource]) -> bool:
    """Whether with this load every row that was refused of the one it mends has gone in."""
    if load.mends is None:
        return False
    left = set(_notes(load.mends))
    done = Load.objects.filter(mends=load.mends, state=Load.State.DONE, tidied=False)
    for one in (load, *done.exclude(pk=load.pk)):
        left -= _came(one, load.mends, resource).rows
    return not left


def _came(load: Load, mends: Load, resource: type[SheetResource]) -> Came:
    """By its key, or where that was wrong by the number that our workbook gave the row."""
    path = files.mending_path(mends.pk)
    if not path.exists():
        return Came(frozenset(), load.rows)
    headings = resource.table.headings()
    with spreadsheets.stream(path, headings=headings, limits=Limits()) as book:
        first = book.header[0]
        numbered = list(_numbered(book, resource, first))
    by_key = {key: number for _row, number, key in numbered if number is not None}
    free = {row for row, columns in _notes(mends).items() if _is_key_wrong(columns, resource)}
    refused = set(_notes(load))
    came, others = set(), 0
    with staging.opened(load, resource) as stream:
        for row, number, key in _numbered(stream, resource, first):
            found = by_key.get(key, number if number in free else None)
            if found is None:
                others += 1
            elif row not in refused:
                came.add(found)
    return Came(frozenset(came), others)


def _numbered(
    stream: Stream, resource: type[SheetResource], first: str
) -> Iterator[tuple[int, int | None, Key]]:
    """Of each row: where it stands, the number in the workbook's first column, its key."""
    places = resource.table.places(stream.header)
    names = [spreadsheets.heading_key(heading) for heading in stream.header]
    wanted = spreadsheets.heading_key(first)
    place = names.index(wanted) if wanted in names else None
    for row, cells, _why in stream.records():
        if cells is not None:
            number = "" if place is None else as_text(cells[place]).strip()
            key = tuple(_plain(cells[places[name]]) for name in resource.table.key)
            yield row, int(number) if number.isdecimal() else None, key


def _plain(cell: Cell) -> str:
    return "".join(clean(unescape_formula(as_text(cell))).upper().split())


def _notes(load: Load) -> dict[int, list[str]]:
    """The refused rows of a load, with the columns in which each was wrong."""
    found: dict[int, list[str]] = {}
    notes = LoadNote.objects.filter(load=load, kind=LoadNote.Kind.REFUSED)
    for row, columns in notes.values_list("row", "column"):
        found.setdefault(row, []).extend(columns.split(", "))
    return found


def _is_key_wrong(columns: list[str], resource: type[SheetResource]) -> bool:
    """Whether the key itself had to be mended, or the row could not be read at all."""
    return bool({"", *map(resource.table.heading_of, resource.table.key)} & set(columns))
