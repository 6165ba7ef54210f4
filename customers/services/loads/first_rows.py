"""How the first rows of a file were read: whether columns, days and numbers are what was meant."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from customers.models import Load, LoadRow
from portal.lib.importing import SheetResource

from .waiting import Waiting, day_first

# Enough to see a pattern, and they stand side by side.
FIRST = 3


@dataclass(frozen=True)
class ReadRow:
    """A row of the file: its number, and the cells of a file that says the same, by column."""

    number: int
    cells: list[Any]


@transaction.atomic
def first_rows(*, load: Load, resource: type[SheetResource]) -> list[ReadRow]:
    """The first rows that wait; none of a kind that holds secrets, nor once the load has ended."""
    table = resource.table
    waiting = LoadRow.objects.filter(load=load).order_by("place")
    places = list(waiting.values_list("place", flat=True)[:FIRST])
    if table.is_secret or not places:
        return []
    day_first()
    rows = list(Waiting(table=table, load=load, after=0, until=places[-1], size=len(places)))
    values = ([row.values[column.name] for column in table.columns] for row in rows)
    pairs = zip(rows, table.written(values), strict=True)
    return [ReadRow(row.number, cells) for row, cells in pairs]
