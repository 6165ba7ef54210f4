"""One kind of file: what its rows are, and the service that writes them.

It is a resource of django-import-export, so that the library's pages and permissions serve it; rows
are read, checked and written as sets by the resource's own table and service.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from import_export.resources import Resource

from portal.lib import spreadsheets
from portal.lib.columns import MissingColumns, Parts, Table
from portal.lib.loading import Outcome, OwnUndo

_LACKING = gettext_lazy(
    "These columns are missing: {headings}. Add them, empty where nothing is known."
)

# Given a load that was checked: what somebody has to look at, as a word and its numbers.
Doubt = Callable[[Any], dict[str, Any] | None]


class SheetResource(Resource):
    """One kind of file: its declared table, and the service that loads its rows.

    A subclass is known by its kind from its declaration on; every app declares its own.
    """

    table: ClassVar[Table]
    # What its rows are, in the plural.
    label: ClassVar[Any]
    # Who may bring such files.
    permission: ClassVar[str]
    # What the second person has to be allowed to do beside releasing files.
    release_permission: ClassVar[str] = ""
    load: ClassVar[Callable[..., Outcome]]
    # By table of the database, the columns of what it writes that are worth adding up.
    sums: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    # Asked of a checked load: what is unusual about it, as a word and its numbers.
    doubts: ClassVar[tuple[Doubt, ...]] = ()
    # As ``load``, where all of it will be taken back: it need not write what it only counts.
    preview: ClassVar[Callable[..., Outcome] | None] = None
    # Columns whose absence says "as usual"; without any other one, what is known would be erased.
    may_lack: ClassVar[frozenset[str]] = frozenset()
    # Whether the service says so itself where two rows are for one thing.
    sees_repeats: ClassVar[bool] = False
    # Kinds of files that decide what becomes of the rows of this one.
    builds_on: ClassVar[frozenset[str]] = frozenset()
    # Whether two people always answer for its rows: a load of it waits for the second one, whatever
    # is in it, and its service is told who they are, as ``brought``.
    two_people: ClassVar[bool] = False
    # Given ``load`` and ``most``: rows that its chunk under way would write, field by field, for
    # people to decide on each.
    to_decide_on: ClassVar[Callable[..., list[dict[str, Any]]] | None] = None
    # How a load is taken back whose rows are not simply deleted.
    own_undo: ClassVar[OwnUndo | None] = None
    # Whether a load can be taken back; else why not, and what to do instead.
    cannot_undo: ClassVar[Any] = ""
    # Where the rows that it fills keep the values of columns that they call otherwise: a path, or
    # an expression. None: they do not leave as the file that they came by.
    kept_in: ClassVar[Mapping[str, Any] | None] = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _declared[cls.table.kind] = cls

    @classmethod
    def parts(
        cls,
        stream: spreadsheets.Stream,
        *,
        at: datetime,
        size: int,
        marks: Mapping[str, str] | None = None,
    ) -> Parts:
        """The rows of a long file, so many at a time.

        :raises MissingColumns: a column is missing without which what is known would be erased
        :raises spreadsheets.Refused: the file as a whole cannot be taken
        """
        parts = Parts(cls.table, stream, at=at, size=size, marks=marks)
        if lacking := sorted(parts.absent() - cls.may_lack):
            headings = ", ".join(sorted(map(cls.table.heading_of, lacking)))
            raise MissingColumns(format_lazy(_LACKING, headings=headings), lacking)
        return parts

    @classmethod
    def fits(cls, header: tuple[str, ...]) -> bool:
        """Whether a file with these headings has every column that its rows need."""
        try:
            there = cls.table.places(header)
        except spreadsheets.Refused:
            return False
        return {column.name for column in cls.table.columns} - there.keys() <= cls.may_lack

    @classmethod
    def written(cls, rows: QuerySet[Any], *, at_once: int) -> Iterator[list[Any]]:
        """``rows`` as the lines of a file that says what is known: loaded, it changes nothing."""
        return cls.table.written(cls.values_of(rows).iterator(chunk_size=at_once))

    @classmethod
    def values_of(cls, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The values of ``rows`` in the order of the columns."""
        kept_in = cls.kept_in or {}
        values = [kept_in.get(column.name, column.name) for column in cls.table.columns]
        return rows.select_related(None).prefetch_related(None).values_list(*values)

    @staticmethod
    def entangle(*, load: int, cells: Mapping[str, str]) -> None:
        """Mark the rows of a load that have to be judged together, before they are written.

        :param cells: SQL of the cells of a waiting row, by the names of their columns
        """

    @staticmethod
    def undone(*, at: datetime) -> None:
        """Follow what was taken back."""

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls.label)


_declared: dict[str, type[SheetResource]] = {}


# Asked within a preview, while the rows of a load stand: how much of what would follow from them.
Following = Callable[..., dict[str, int]]
_following: dict[str, Following] = {}


def lead_to(kind: str, ask: Following) -> None:
    """Say what follows from files of a kind, where only those above it know."""
    _following[kind] = ask


def following(kind: str, *, load: int, at: datetime) -> dict[str, int]:
    """By name, how much of what would follow from what a load wrote in this transaction."""
    ask = _following.get(kind)
    return ask(load=load, at=at) if ask else {}


def kinds() -> list[str]:
    """The kinds of files of every app in the order of their declaration, each after those that it
    builds on.
    """
    found: dict[str, None] = {}

    def add(kind: str) -> None:
        for other in sorted(_declared[kind].builds_on):
            add(other)
        found.setdefault(kind)

    for kind in _declared:
        add(kind)
    return list(found)


def label_of(kind: str) -> str:
    """What the rows of such files are; of a kind that no app declares any more its own name."""
    return str(_declared[kind].label) if kind in _declared else kind


def resource_of(kind: str) -> type[SheetResource]:
    """What files of this kind are.

    :raises KeyError: no app declares such a kind
    """
    return _declared[kind]
