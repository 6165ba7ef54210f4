"""Rows of one file that share their natural key."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .results import Row

_LATER = _("Row {row} of this file has the same {key}; the first one counts.")
_SAME = _("Row {row} of this file says the same; it is loaded once.")
_DIFFERENT = _("Rows {rows} of this file have the same {key} but differ; none of them is loaded.")

# Takes a row and why it cannot stay.
Refuse = Callable[[Row, Any], None]


def keep_first(rows: list[Row], key: Sequence[str], heading: str, refuse: Refuse) -> list[Row]:
    """The first row of each key; every later one is refused and told of the first."""
    first: dict[Any, Row] = {}
    for row in rows:
        earlier = first.setdefault(_key(row, key), row)
        if earlier is not row:
            refuse(row, format_lazy(_LATER, row=earlier.number, key=heading))
    return rows if len(first) == len(rows) else list(first.values())


def keep_certain(rows: list[Row], key: Sequence[str], heading: str, refuse: Refuse) -> list[Row]:
    """One row of each key whose rows are all alike; where they differ, none."""
    keys = [_key(row, key) for row in rows]
    if len(set(keys)) == len(rows):
        return rows
    groups: dict[Any, list[Row]] = {}
    for row, identity in zip(rows, keys, strict=True):
        groups.setdefault(identity, []).append(row)
    return [row for group in groups.values() for row in _certain(group, heading, refuse)]


def _certain(group: list[Row], heading: str, refuse: Refuse) -> list[Row]:
    first, *others = group
    if all(other.values == first.values for other in others):
        for other in others:
            refuse(other, format_lazy(_SAME, row=first.number))
        return [first]
    numbers = ", ".join(str(row.number) for row in group)
    for row in group:
        refuse(row, format_lazy(_DIFFERENT, rows=numbers, key=heading))
    return []


def _key(row: Row, key: Sequence[str]) -> tuple[Any, ...]:
    return tuple(map(row.values.__getitem__, key))
