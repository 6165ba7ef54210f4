"""The text of a query of the ORM, made once: to make it takes longer than to ask it.

Each value of a person is stood in for by one that nobody has, so that the text holds nothing of
whoever asked first; what stands in is replaced when it is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

_NUMBERS_FROM = 9_000_000_000_000_000_000
_DAYS_FROM = date(1001, 1, 1)

StandIn = int | date | datetime


def number(place: int) -> int:
    """What stands in for a key; no row has it."""
    return _NUMBERS_FROM + place


def day(place: int) -> date:
    """What stands in for a day; nothing was then."""
    return _DAYS_FROM + timedelta(days=place)


@dataclass(frozen=True, slots=True)
class Text:
    """A statement with its parameters, some of which are stand-ins."""

    statement: str
    parameters: tuple[Any, ...]

    @classmethod
    def counting(cls, rows: QuerySet[Any]) -> "Text":
        """How many rows there are."""
        statement, parameters = rows.order_by().values("pk").query.sql_with_params()
        return cls(f"SELECT count(*) FROM ({statement}) AS found", parameters)  # noqa: S608 - Django's

    def ask(self, values: Mapping[StandIn, Any]) -> Any:
        """The one value that it finds.

        :param values: for every stand-in what it stands for
        """
        parameters = [
            values.get(one, one) if isinstance(one, StandIn) else one for one in self.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.statement, parameters)
            return cursor.fetchone()[0]
