"""A kept file becomes rows that wait to be written, part by part, in bounded memory."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime

from django.conf import settings
from django.db import transaction

from customers.models import Load, LoadNote, LoadRow
from portal.lib import spreadsheets, sql
from portal.lib.columns import Parsed, Parts, Refusal, Remark
from portal.lib.importing import SheetResource
from portal.lib.spreadsheets import Limits, Stream

from . import codec, files

# Of remarks, more tell nobody anything.
MOST_REMARKS = 2_000
LONGEST = 200

COUNTED = ("rows", "good", "created", "updated", "unchanged", "refused", "remarked")
ROWS = ("load_id", "row", "together", "values")
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
    with opened(load, resource) as stream:
        # The time of the upload: read again, the same rows are good.
        parts = resource.parts(stream, at=load.made_at, size=settings.LOAD_CHUNK)
        for records, parsed in parts:
            load.rows += len(records)
            with transaction.atomic():
                _keep(load, resource, parsed)
        load.report = _about(load, stream, parts)
    resource.entangle(load=load.pk)
    load.staged_at, load.mark, load.worked = at, None, 0
    _tell(load, *COUNTED, "report", "staged_at", "mark", "worked")


def restage(*, load: Load, resource: type[SheetResource]) -> None:
    """Read the rows again that a crash of the database took away; nothing else changes."""
    LoadRow.objects.filter(load=load).delete()
    with opened(load, resource) as stream:
        parts = resource.parts(stream, at=load.made_at, size=settings.LOAD_CHUNK)
        for _records, parsed in parts:
            _copy_rows(load, resource, parsed)
    resource.entangle(load=load.pk)


def opened(load: Load, resource: type[SheetResource]) -> AbstractContextManager[Stream]:
    """The kept file of a load, row by row."""
    limits = Limits(file_bytes=settings.LOAD_MOST_BYTES[load.source])
    return spreadsheets.stream(
        files.path(load.sha256), headings=resource.table.headings(), limits=limits
    )


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
    first = resource.table.key[0]
    rows = (
        (load.pk, row.number, str(row.values[first]), codec.written([*row.values.values()]))
        for row in parsed.rows
    )
    sql.copy("customers_loadrow", ROWS, rows)


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
    sql.copy("customers_loadnote", NOTES, [tuple(map(_cut, row)) for row in rows])
    load.refused += len({one.row for one in refused})
    load.remarked += len(remarks)


def _cut(value: object) -> object:
    return value[:LONGEST] if isinstance(value, str) and len(value) > LONGEST else value


def _about(load: Load, stream: Stream, parts: Parts) -> dict[str, object]:
    """What is said of the file as a whole."""
    return {
        "form": stream.form,
        "sheet": stream.name,
        "encoding": stream.encoding,
        "delimiter": stream.delimiter,
        "header_row": stream.header_row,
        "ignored": list(parts.ignored())[:50],
        "rules": parts.rules(),
        "sums": {name: str(value) for name, value in parts.sums.known().items()},
        "refused_in_file": load.refused,
        "remarked_in_file": load.remarked,
    }
