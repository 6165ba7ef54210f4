"""What happened to a case, as one list: its steps from the history, its words from its lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Case, CaseLine, OperatingUnit, User
from portal.lib.said import moment

State = Case.State


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened; ``text`` is what was said, ``note`` is for colleagues."""

    at: datetime
    when: str
    what: str
    who: str
    text: str = ""
    note: str = ""


def of(case: Case) -> list[Step]:
    """Everything, the newest first. Four queries."""
    steps = [*_steps(case), *_lines(case)]
    # Reversed, not sorted downwards: of two at one moment the later one stands above too.
    return sorted(steps, key=lambda step: step.at)[::-1]


def _lines(case: Case) -> Iterator[Step]:
    # That it was handed over says the history as well, and where to.
    lines = case.lines.exclude(kind=CaseLine.Kind.HANDED, note="")
    for line in lines.oldest_first().select_related("by"):
        what = str(line.get_kind_display())
        yield Step(line.at, moment(line.at), what, str(line.by), line.text, line.note)


def _steps(case: Case) -> Iterator[Step]:
    """Each change of state, owner or queue, with who made it."""
    rows: list[Any] = list(case.history.order_by("history_id"))
    people = User.objects.in_bulk({row.history_user_id for row in rows} - {None})
    units = OperatingUnit.objects.in_bulk({row.unit_id for row in rows} - {None})
    yield Step(case.made_at, moment(case.made_at), _("Received"), str(case.made_by))
    for before, after in pairwise(rows):
        if what := _what(before, after, units):
            who = str(people.get(after.history_user_id, ""))
            at = _moment_of(after)
            yield Step(at, moment(at), what, who)


def _moment_of(row: Any) -> datetime:
    """When it happened, by the row itself where it says so."""
    known: datetime | None = row.closed_at or row.waiting_since
    if known is None and row.state == State.TAKEN:
        known = row.taken_at
    return known or row.history_date


def _what(before: Any, after: Any, units: dict[int, OperatingUnit]) -> str:
    if after.unit_id != before.unit_id:
        where = units[after.unit_id].name if after.unit_id else _("the whole city")
        return _("Put into the queue of %(where)s") % {"where": where}
    if after.state == before.state:
        taken_over = after.state == State.TAKEN and after.owner_id != before.owner_id
        return _("Somebody took it") if taken_over else ""
    words = {
        State.TAKEN: _("Somebody took it"),
        State.WAITING: _("Waits for the customer"),
        State.CLOSED: _("Closed"),
        State.NEW: _("Opened again") if before.state == State.CLOSED else _("Back in the queue"),
    }
    return words[State(after.state)]
