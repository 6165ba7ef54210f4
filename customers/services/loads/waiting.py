"""Rows of a load that wait in the database, and the SQL that makes values of their cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from customers.models import Load
from portal.lib import loading, sql
from portal.lib.columns import Column, Refusal, Row, Table, without_repeats

# What parts two cells: no cell holds it, since it is none of what a reader takes.
MARK = "\x02"


@dataclass(frozen=True)
class Waiting(loading.Waiting):
    """The good rows of a load whose place lies behind ``after``, up to ``until``.

    ``but`` are numbers of rows that do not count.
    """

    table: Table
    load: Load
    after: int
    until: int
    size: int
    but: tuple[int, ...] = ()

    def __len__(self) -> int:
        return self.size - len(self.but)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows(""))

    def __contains__(self, row: object) -> bool:
        return row in list(self)

    def query(self, columns: Mapping[str, str]) -> str:
        """A query of the rows: their numbers, then values of these types, by name."""
        number, *named = columns.items()
        filled = cells(self.table, self.load)
        filled |= {column.name: self._filled(column) for column in self.table.columns}
        values = [f"{NUMBER}::{number[1]} AS {number[0]}"]
        values += [f"({filled[name]})::{_usual(kind)} AS {name}" for name, kind in named]
        return f"SELECT {', '.join(values)} FROM customers_loadrow r WHERE {self._these()}"  # noqa: S608 - texts of ours

    def without_repeats(self) -> tuple["Waiting", list[Refusal]]:
        """The rows that count of those with one key, and why the others do not."""
        values = cells(self.table, self.load)
        key = ", ".join(values[name] for name in self.table.key)
        repeated = (
            f"SELECT {key} FROM customers_loadrow r WHERE {self._these()}"  # noqa: S608
            f" GROUP BY {key} HAVING count(*) > 1"
        )
        if not _found(f"{repeated} LIMIT 1"):
            return self, []
        rows = self._rows(f"AND ({key}) IN ({repeated})")
        counting, refused = without_repeats(self.table, rows)
        gone = {row.number for row in rows} - {row.number for row in counting}
        return replace(self, but=(*self.but, *sorted(gone))), refused

    def uncertain(self) -> list[Row]:
        """Rows that the checks of their table have to look at."""
        certain = self.table.certain
        for name, value in cells(self.table, self.load).items():
            certain = certain.replace(f"{{{name}}}", f"({value})")
        return self._rows(f"AND ({certain}) IS NOT TRUE") if certain else []

    def sums(self) -> dict[str, Any]:
        """What the summed columns come to."""
        values = cells(self.table, self.load)
        summed = [column.name for column in self.table.columns if column.summed]
        if not summed:
            return {}
        added = ", ".join(f"coalesce(sum({values[name]}), 0)" for name in summed)
        ((*totals,),) = _found(f"SELECT {added} FROM customers_loadrow r WHERE {self._these()}")  # noqa: S608
        return dict(zip(summed, totals, strict=True))

    def _rows(self, condition: str) -> list[Row]:
        values = cells(self.table, self.load)
        selected = ", ".join([NUMBER, *(values[column.name] for column in self.table.columns)])
        found = _found(
            f"SELECT {selected} FROM customers_loadrow r"  # noqa: S608
            f" WHERE {self._these()} {condition} ORDER BY 1"
        )
        return [Row(number, self._values(found)) for number, *found in found]

    def _values(self, found: Sequence[Any]) -> dict[str, Any]:
        pairs = zip(self.table.columns, found, strict=True)
        return {c.name: c.default if value is None else value for c, value in pairs}

    def _filled(self, column: Column) -> str:
        """A cell, an empty one filled with what its column says of it."""
        cell = cells(self.table, self.load)[column.name]
        if column.default is None:
            return cell
        return f"coalesce({cell}, {self._default(column)})"

    @staticmethod
    def _default(column: Column) -> str:
        written = column.parse.stored.write(column.default).replace("'", "''")
        return column.parse.stored.cast.replace("{}", f"'{written}'")

    def _these(self) -> str:
        place = f"r.load_id = {self.load.pk} AND r.place > {self.after} AND r.place <= {self.until}"
        but = ", ".join(map(str, self.but))
        return f"{place} AND {NUMBER} NOT IN ({but})" if but else place


NUMBER = "coalesce(r.row, r.place)"


def cells(table: Table, load: Load) -> dict[str, str]:
    """SQL of the value of each column's cell in a waiting row ``r``, NULL where it is empty, and of
    what is derived.
    """
    header = load.report["cells"]
    found = {}
    for name, stored in table.derived.columns.items():
        found[name] = stored.cast.replace("{}", _cell(header.index(name)))
    for column in table.columns:
        text = "NULL"
        if column.name in header:
            text = _cell(header.index(column.name))
            text = text if column.required else f"nullif({text}, '')"
        found[column.name] = column.parse.stored.cast.replace("{}", text)
    return found


def _usual(kind: str) -> str:
    """A type as the tables have it: compared with text of another collation, no index is used."""
    return f'{kind} COLLATE "default"' if kind == "text" else kind


def _cell(place: int) -> str:
    return f"split_part(r.cells, chr({ord(MARK)}), {place + 1})"


def day_first() -> None:
    """Have the database read days as files write them, until the commit.

    Statements over a chunk are many and short: to compile them, or to look closely at what was
    staged for them, takes longer than it saves.
    """
    sql.within_transaction(DateStyle="ISO, DMY", jit="off", default_statistics_target="10")


def _found(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
