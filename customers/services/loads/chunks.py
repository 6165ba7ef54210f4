"""A load's rows in chunks: in the order of what belongs together, each through its own service."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.db import connection

from customers.models import Load, LoadRow
from portal.lib.columns import Row, without_repeats
from portal.lib.importing import SheetResource
from portal.lib.loading import Outcome

from . import codec


def following(
    *, load: Load, resource: type[SheetResource], after: str | None, size: int
) -> tuple[list[Row], str | None]:
    """The next rows and the mark behind them; no rows at the end.

    Rows that belong together come in one chunk, so it may be longer than ``size``.
    """
    waiting = LoadRow.objects.filter(load=load).order_by("together", "row")
    if after is not None:
        waiting = waiting.filter(together__gt=after)
    found = list(waiting.values_list("row", "together", "values")[: size + 1])
    if not found:
        return [], after
    last = found[-1][1]
    if len(found) > size:
        whole = [one for one in found if one[1] != last]
        if not whole:
            whole = list(waiting.filter(together=last).values_list("row", "together", "values"))
        found = whole
    names = [column.name for column in resource.table.columns]
    rows = [Row(row, dict(zip(names, codec.read(text), strict=True))) for row, _, text in found]
    rows.sort(key=lambda row: row.number)
    return rows, found[-1][1]


def load_rows(*, resource: type[SheetResource], rows: list[Row], at: datetime) -> Outcome:
    """Write one chunk; of rows that are repeated in the file those that count."""
    counting, repeated = without_repeats(resource.table, rows)
    outcome = resource.load(rows=sorted(counting, key=lambda row: row.number), at=at)
    headed = [replace(one, column=resource.table.heading_of(one.column)) for one in outcome.refused]
    remarks = tuple(
        replace(one, column=resource.table.heading_of(one.column)) for one in outcome.remarks
    )
    return replace(outcome, refused=(*repeated, *headed), remarks=remarks)


@contextmanager
def noted(load: Load) -> Iterator[None]:
    """Inside, the tables note what is changed as done by ``load``; must be in a transaction."""
    _name(str(load.pk))
    yield
    _name("")


def _name(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cskh.load', %s, true)", [text])
