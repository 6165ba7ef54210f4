"""What became of the rows of a file: the answer of every ``load`` service."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.lib import sql
from portal.lib.columns import Refusal, Remark, Row
from portal.lib.spreadsheets import shown


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Counts of rows and what is to be said of single ones. The books balance:

    rows = created + updated + unchanged + refused.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: tuple[Refusal, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        rows: Collection[Row],
        created: int,
        written: int,
        refused: tuple[Refusal, ...] = (),
        remarks: tuple[Remark, ...] = (),
    ) -> "Outcome":
        """The outcome of a load that wrote ``written`` rows, ``created`` of them new."""
        left = len(rows) - len({refusal.row for refusal in refused})
        return cls(
            created=created,
            updated=written - created,
            unchanged=left - written,
            refused=refused,
            remarks=remarks,
        )


def refusals(found: Iterable[Sequence[Any]], reasons: Mapping[str, object]) -> tuple[Refusal, ...]:
    """Rows ``(row number, column name, code, value)`` of a ``refuse_…`` statement, in words."""
    return tuple(
        Refusal(row=number, column=column, value=shown(value), reason=str(reasons[code]))
        for number, column, code, value in found
    )


def all_refusals(app: str, name: str, reasons: Mapping[str, object]) -> tuple[Refusal, ...]:
    """What a ``refuse_…`` statement takes out; asked again until all that is left stands by itself.

    A row may be possible only because of another one, which is refused itself.
    """
    refused: tuple[Refusal, ...] = ()
    while found := refusals(sql.run(app, name), reasons):
        refused += found
    return refused


@dataclass(frozen=True, kw_only=True)
class Brought:
    """By which load rows come in, who brought them and who let them in, by their keys.

    Of a preview nobody needs to be known yet.
    """

    load: int
    maker: int | None
    checker: int | None
    is_preview: bool = False


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """How many rows of one batch were taken back, how many stay, and the key of the last one."""

    taken: int
    kept: int
    last: int


@dataclass(frozen=True, kw_only=True)
class OwnUndo:
    """How a load is taken back whose rows are not simply deleted: by a service of their own.

    ``batch(load=, after=, by=, at=)`` takes back the next rows behind the key ``after`` and gives
    a :class:`TakenBack`, or None at the end. ``extent(load=)`` counts what is there to take back.
    """

    table: str
    within: timedelta
    offered: Any
    instead: Any
    extent: Callable[..., int]
    batch: Callable[..., TakenBack | None]


class Waiting(ABC, Collection[Row]):
    """Rows that wait in the database, and need not come here to be written."""

    @abstractmethod
    def query(self, columns: Mapping[str, str]) -> str:
        """A query of the rows: their numbers, then values of these types, by name."""


class Repeated(Exception):
    """A service met two rows for one thing; it is called again without them."""


def source(name: str, columns: Mapping[str, str], rows: Collection[Row]) -> str:
    """A query of the rows, for a statement that reads them once: waiting ones need no staging.

    Others are put into the temporary table ``name``.
    """
    if isinstance(rows, Waiting):
        return rows.query(columns)
    stage(name, columns, rows)
    return f"SELECT * FROM {name}"  # noqa: S608 - a name of ours


def stage(name: str, columns: Mapping[str, str], rows: Collection[Row]) -> None:
    """Put the rows into the temporary table ``name``, the row number first."""
    if isinstance(rows, Waiting):
        sql.stage_query(name, rows.query(columns))
    else:
        names = list(columns)[1:]
        values = ((row.number, *(row.values[name] for name in names)) for row in rows)
        sql.stage(name, columns, values)
