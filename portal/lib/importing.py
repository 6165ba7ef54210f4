"""One kind of file: what its rows are, and the service that writes them.

It is a resource of django-import-export, so that the library's pages and permissions serve it; rows
are read, checked and written as sets by the resource's own table and service.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from import_export.resources import Resource

from portal.lib import spreadsheets
from portal.lib.columns import Parts, Table
from portal.lib.loading import Outcome

_LACKING = gettext_lazy(
    "These columns are missing: {headings}. Add them, empty where nothing is known."
)


class SheetResource(Resource):
    """One kind of file: its declared table, and the service that loads its rows."""

    table: ClassVar[Table]
    load: ClassVar[Callable[..., Outcome]]
    # As ``load``, where all of it will be taken back: it need not write what it only counts.
    foresee: ClassVar[Callable[..., Outcome] | None] = None
    # Columns whose absence says "as usual"; without any other one, what is known would be erased.
    may_lack: ClassVar[frozenset[str]] = frozenset()
    # So many rows are written in one transaction at most: what goes through here takes memory.
    most_at_once: ClassVar[int] = 10**6
    # Whether the service says so itself where two rows are for one thing.
    sees_repeats: ClassVar[bool] = False
    # Kinds of files that decide what becomes of the rows of this one.
    builds_on: ClassVar[frozenset[str]] = frozenset()
    # Whether a load can be taken back; else why not, and what to do instead.
    cannot_undo: ClassVar[Any] = ""

    @classmethod
    def load_file(cls, content: bytes, *, at: datetime, dry_run: bool = False) -> Outcome:
        """Load what the bytes of a CSV, XLSX or ODS file say; a dry run changes nothing.

        :raises spreadsheets.Refused: the file as a whole cannot be taken
        """
        sheet = spreadsheets.read(content, headings=cls.table.headings())
        return cls.load_sheet(sheet, at=at, dry_run=dry_run)

    @classmethod
    def load_sheet(
        cls, sheet: spreadsheets.Sheet, *, at: datetime, dry_run: bool = False
    ) -> Outcome:
        """Load the rows of one sheet, or of one part of a long one, in one transaction."""
        parsed = cls.table.read(sheet, at=at)
        cls._check_lacking(parsed.absent_columns)
        with transaction.atomic():
            outcome = cls.load(rows=parsed.rows, at=at)
            transaction.set_rollback(dry_run)
        return outcome.with_parsed(parsed, table=cls.table)

    @classmethod
    def parts(cls, stream: spreadsheets.Stream, *, at: datetime, size: int) -> Parts:
        """The rows of a long file, so many at a time.

        :raises spreadsheets.Refused: the file as a whole cannot be taken
        """
        parts = Parts(cls.table, stream, at=at, size=size)
        cls._check_lacking(parts.absent())
        return parts

    @classmethod
    def _check_lacking(cls, absent: Iterable[str]) -> None:
        if lacking := set(absent) - cls.may_lack:
            headings = ", ".join(sorted(cls.table.heading_of(name) for name in lacking))
            raise spreadsheets.Refused(format_lazy(_LACKING, headings=headings))

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
        return cls.table.kind
