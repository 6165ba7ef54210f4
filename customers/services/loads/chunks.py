"""A load's rows in chunks: in the order of what belongs together, each through its own service."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from customers.models import Load
from portal.lib import sql
from portal.lib.columns import Refusal
from portal.lib.importing import SheetResource
from portal.lib.loading import Brought, Outcome, Repeated

from .waiting import Waiting, cells, day_first


def following(*, load: Load, resource: type[SheetResource]) -> Waiting | None:
    """The rows behind the load's mark; None at the end.

    Rows that belong together come in one chunk, so it may be longer than its usual size.
    """
    after = int(load.mark or 0)
    parameters = {"load": load.pk, "after": after, "size": settings.LOAD_CHUNK}
    ((until, count),) = sql.run("customers", "following_rows", parameters, _parts(load, resource))
    return Waiting(resource.table, load, after, until, count) if count else None


def gather(*, load: Load, resource: type[SheetResource]) -> None:
    """Move rows that belong together, but stand apart in the file, to one place behind the others.

    Must run inside a transaction.
    """
    parts = _parts(load, resource)
    sql.run("customers", "find_rows_apart", parts=parts | {"load": str(load.pk)})
    if sql.run("customers", "count_rows_apart") != [(0,)]:
        sql.run("customers", "gather_rows", {"load": load.pk}, parts)


def _parts(load: Load, resource: type[SheetResource]) -> dict[str, str]:
    first = cells(resource.table, load)[resource.table.key[0]]
    return {"together": f'coalesce(r.together, ({first})::text COLLATE "C")'}


def load_rows(
    *, resource: type[SheetResource], rows: Waiting, at: datetime, is_preview: bool = False
) -> Outcome:
    """Write one chunk; of rows that are repeated in the file those that count.

    Must run inside a transaction; that of a preview is taken back.
    """
    service = (resource.preview if is_preview else None) or resource.load
    day_first()
    told = {"brought": _brought(rows.load, is_preview)} if resource.two_people else {}
    repeated: list[Refusal] = []
    if not resource.sees_repeats:
        rows, repeated = rows.without_repeats()
    try:
        with transaction.atomic():
            outcome = service(rows=rows, at=at, **told)
    except Repeated:
        rows, repeated = rows.without_repeats()
        outcome = service(rows=rows, at=at, **told)
    refused = (*repeated, *_headed(resource, outcome.refused))
    return replace(outcome, refused=refused, remarks=_headed(resource, outcome.remarks))


def _brought(load: Load, is_preview: bool) -> Brought:
    """Who answers for its rows: whoever uploaded it, else who confirmed it; and who released it."""
    maker = load.made_by_id or load.confirmed_by_id
    return Brought(load=load.pk, maker=maker, checker=load.released_by_id, is_preview=is_preview)


def _headed(resource: type[SheetResource], found: Sequence[Any]) -> tuple[Any, ...]:
    heading_of = resource.table.heading_of
    return tuple(replace(one, column=heading_of(one.column)) for one in found)


@contextmanager
def noted(load: Load) -> Iterator[None]:
    """Inside, the tables note what is changed as done by ``load``; must be in a transaction."""
    sql.within_transaction(**{"cskh.load": str(load.pk)})
    yield
    sql.within_transaction(**{"cskh.load": ""})
