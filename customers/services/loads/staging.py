"""A kept file becomes rows that wait to be written, part by part, in bounded memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from customers.models import Load, LoadNote, LoadRow
from portal.lib import spreadsheets, sql
from portal.lib.columns import Parsed, Parts, Refusal, Remark, refusal
from portal.lib.importing import SheetResource
from portal.lib.spreadsheets import Limits, Run, Stream

from . import asking, chunks, files
from .waiting import MARK, Waiting, cells, day_first

# Of remarks, more tell nobody anything.
MOST_REMARKS = 2_000
LONGEST = 200

# Rows that are read at a time, and blocks of a file that are taken unread.
PART, BLOCKS = 20_000, 8
LAST = 2**31 - 1
# Stands between the fields of a waiting row.
BETWEEN = "\x01"
COUNTED = ("rows", "good", "created", "updated", "unchanged", "refused", "remarked")
ROWS = ("load_id", "place", "cells")
NOTES = ("load_id", "kind", "row", "column", "before", "after", "why", "by_rule")


class Stopped(Exception):
    """Somebody cancelled the load meanwhile."""


def stage(*, load: Load, resource: type[SheetResource], at: datetime) -> None:
    """Read the file of ``load`` from its beginning; what an earlier try read is forgotten.

    :raises spreadsheets.Refused: the file as a whole cannot be taken
    :raises Stopped: the load was cancelled
    """
    LoadRow.objects.filter(load=load).delete()
    LoadNote.objects.filter(load=load).delete()
    load.rows = load.good = load.refused = load.remarked = 0
    load.created = load.updated = load.unchanged = 0
    load.report = {}
    with _file(load, resource) as found:
        header = [resource.table.repeated(heading) for heading in found.header]
        asking.recall(load=load, header=header)
        stream = asking.by_answers(found, load, resource)
        parts = _parts(load, resource, stream)
        load.report["cells"] = _header(parts)
        for count, lines in _runs(load, parts):
            with transaction.atomic():
                sql.commit_unhurried()
                _copy_lines(lines)
                load.rows += count
                load.good += count
                _tell(load, *COUNTED)
        waiting = Waiting(resource.table, load, after=0, until=LAST, size=0)
        with transaction.atomic():
            refused = _refuse_runs(load, resource, waiting)
            note(load, refused=refused, remarks=[], by_rule=False)
            load.good -= len({one.row for one in refused})
        _include_sums(parts, waiting)
        for records, parsed in parts:
            load.rows += len(records)
            with transaction.atomic():
                sql.commit_unhurried()
                _keep(load, resource, parsed)
        load.report |= _about(load, stream, parts)
    with transaction.atomic():
        _order(load, resource)
        # The rows came a moment ago: without a look at them, they pass for a few.
        sql.analyze("customers_loadrow")
        load.staged_at, load.mark, load.worked = at, None, 0
        _tell(load, *COUNTED, "report", "answers", "staged_at", "mark", "worked")


@transaction.atomic
def restage(*, load: Load, resource: type[SheetResource]) -> None:
    """Read the rows again that a crash of the database took away; nothing else changes."""
    LoadRow.objects.filter(load=load).delete()
    with opened(load, resource) as stream:
        parts = _parts(load, resource, stream)
        load.report["cells"] = _header(parts)
        for _count, lines in _runs(load, parts):
            _copy_lines(lines)
        waiting = Waiting(resource.table, load, after=0, until=LAST, size=0)
        _refuse_runs(load, resource, waiting)
        _include_sums(parts, waiting)
        for _records, parsed in parts:
            _copy_rows(load, resource, parsed)
    _order(load, resource)


def _order(load: Load, resource: type[SheetResource]) -> None:
    """Bring together what is judged together.

    Must run inside a transaction.
    """
    # The database takes a table that was filled just now for a small one, and would go through all
    # of it for each of its rows.
    sql.within_transaction(enable_nestloop="off")
    resource.entangle(load=load.pk, cells=cells(resource.table, load))
    chunks.gather(load=load, resource=resource)
    sql.within_transaction(enable_nestloop="on")


def _header(parts: Parts) -> list[str]:
    """The name of each cell's column, empty where it means nothing; then what is derived."""
    names = {place: name for name, place in parts.places.items()}
    cells = [names.get(place, "") for place in range(len(parts.stream.header))]
    return [*cells, *parts.table.derived.columns]


def _runs(load: Load, parts: Parts) -> Iterator[tuple[int, Iterator[bytes]]]:
    """Lines that need no reading, some blocks at a time: how many, and as the table takes them."""
    blocks = parts.runs()
    while taken := list(islice(blocks, BLOCKS)):
        found = [run for block in taken for run in block]
        yield sum(run.size for run in found), (_as_rows(load, parts, run) for run in found)


def _as_rows(load: Load, parts: Parts, run: Run) -> bytes:
    """The lines of a run with what stands before the cells of each: the load and the place."""
    mark, before = BETWEEN.encode(), str(load.pk).encode() + BETWEEN.encode()
    content = run.content.replace(b"\r", b"").replace(
        parts.stream.delimiter.encode(), MARK.encode()
    )
    lines = content.split(b"\n")[:-1]
    numbers = map(b"%d".__mod__, range(run.number, run.number + run.size))
    return before + (b"\n" + before).join(map(mark.join, zip(numbers, lines, strict=True))) + b"\n"


def _copy_lines(lines: Iterator[bytes]) -> None:
    sql.copy_lines("customers_loadrow", ROWS, lines, mark=BETWEEN)


def _refuse_runs(load: Load, resource: type[SheetResource], waiting: Waiting) -> list[Refusal]:
    """Of lines that went by unread, those that the checks over several columns refuse.

    Must run inside a transaction.
    """
    day_first()
    refused = [
        refusal(resource.table, row, [name], reason)
        for row in waiting.uncertain()
        for name, reason in resource.table.wrong(row.values)
    ]
    gone = {one.row for one in refused}
    LoadRow.objects.filter(load=load, place__in=gone).delete()
    return refused


def _include_sums(parts: Parts, waiting: Waiting) -> None:
    """A row of totals is held against all rows, those too that went by unread."""
    for name, total in waiting.sums().items():
        parts.sums.include(name, total)


@contextmanager
def opened(load: Load, resource: type[SheetResource]) -> Iterator[Stream]:
    """The kept file of a load, row by row, with the headings of its columns."""
    with _file(load, resource) as found:
        yield asking.by_answers(found, load, resource)


def _file(load: Load, resource: type[SheetResource]) -> AbstractContextManager[Stream]:
    most = settings.LOAD_MOST_BYTES[load.source]
    source: Path | bytes = files.path(load.sha256)
    # One of another kind is sealed, too, where somebody brought the same bytes as a secret one.
    if resource.table.is_secret or files.is_sealed(load.sha256):
        # Opened in memory, so it is no longer than what comes from a browser.
        most = settings.LOAD_MOST_BYTES[Load.Source.DESK]
        is_long, source = load.size > most, files.path(load.sha256, is_secret=True)
        source = source if is_long else files.content(load.sha256)
    return spreadsheets.stream(
        source,
        headings=(*resource.table.headings(), *asking.known_headings(load.kind)),
        sheet=load.answers.get("sheet"),
        limits=Limits(file_bytes=most),
    )


def _parts(load: Load, resource: type[SheetResource], stream: Stream) -> Parts:
    # By the time of the upload: read again, the same rows are good.
    marks = load.answers.get("marks")
    return resource.parts(stream, at=load.made_at, size=PART, marks=marks)


def _keep(load: Load, resource: type[SheetResource], parsed: Parsed) -> None:
    _copy_rows(load, resource, parsed)
    note(load, refused=parsed.refused, remarks=parsed.remarks, by_rule=False)
    load.rows -= parsed.totals
    load.good += len(parsed.rows)
    _tell(load, *COUNTED)


def _tell(load: Load, *names: str) -> None:
    """Write these fields, and no others: somebody may have cancelled it meanwhile.

    :raises Stopped: they did
    """
    going = Load.objects.filter(pk=load.pk, state=Load.State.UPLOADED)
    if not going.update(**{name: getattr(load, name) for name in names}):
        raise Stopped


def _copy_rows(load: Load, resource: type[SheetResource], parsed: Parsed) -> None:
    """Rows that were read go as the database reads them, in the order of the file's cells."""
    table = resource.table
    writers = {column.name: column.parse.stored.write for column in table.columns}
    writers |= {name: stored.write for name, stored in table.derived.columns.items()}
    header = load.report["cells"]
    rows = (
        (load.pk, row.number, MARK.join(_written(row.values, name, writers) for name in header))
        for row in parsed.rows
    )
    sql.copy("customers_loadrow", ROWS, rows)


def _written(
    values: Mapping[str, Any], name: str, writers: Mapping[str, Callable[[Any], str]]
) -> str:
    value = values[name] if name else None
    return "" if value is None else str(writers[name](value))


def note(
    load: Load, *, refused: Iterable[Refusal], remarks: Iterable[Remark], by_rule: bool
) -> None:
    """Keep what is said of single rows; of remarks the first, the others are counted."""
    refused, remarks = list(refused), list(remarks)
    left = max(0, MOST_REMARKS - load.remarked)
    kinds = LoadNote.Kind
    rows = [
        (load.pk, kinds.REFUSED.value, r.row, r.column, r.value, "", r.reason, by_rule)
        for r in refused
    ]
    rows += [
        (load.pk, kinds.REMARK.value, r.row, r.column, r.before, r.after, r.why, by_rule)
        for r in remarks[:left]
    ]
    sql.copy("customers_loadnote", NOTES, [(*map(_cut, row[:6]), *row[6:]) for row in rows])
    load.refused += len({one.row for one in refused})
    load.remarked += len(remarks)


def _cut(value: object) -> object:
    is_long = isinstance(value, str) and len(value) > LONGEST
    return f"{str(value)[: LONGEST - 1]}…" if is_long else value


def _about(load: Load, stream: Stream, parts: Parts) -> dict[str, object]:
    """What is said of the file as a whole."""
    return {
        "form": stream.form,
        "sheet": stream.name,
        "encoding": stream.encoding,
        "delimiter": stream.delimiter,
        "header_row": stream.header_row,
        "ignored": list(parts.ignored())[:50],
        "header": load.report["header"],
        "rules": parts.rules(),
        "sums": {name: str(value) for name, value in parts.sums.known().items()},
        "refused_in_file": load.refused,
        "remarked_in_file": load.remarked,
    }
