"""The kinds of notices in a few groups, each with one line that says what applies in it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications.models import Kind

BILLS = (
    Kind.BILL_ISSUED,
    Kind.PAYMENT_RECEIVED,
    Kind.PAYMENT_REMINDER,
    Kind.PAYMENT_OVERDUE,
    Kind.DEBIT_FAILED,
    Kind.SERVICE_FEE,
)
GROUPS: tuple[tuple[Any, tuple[Kind, ...]], ...] = (
    (_("Before your electricity is cut off"), (Kind.DISCONNECTION,)),
    (_("Bills and payments"), BILLS),
    (_("Outages"), (Kind.PLANNED_OUTAGE, Kind.UNPLANNED_OUTAGE)),
)
OTHERS = _("Other news")


class Asked(Protocol):
    """One kind as a page asks about it, with a box for each channel."""

    @property
    def kind(self) -> Kind: ...
    @property
    def boxes(self) -> list[dict[str, Any]]: ...


Q = TypeVar("Q", bound=Asked)


@dataclass(frozen=True, slots=True)
class Group(Generic[Q]):
    """Kinds that belong together."""

    name: str
    line: str
    questions: list[Q]


def groups(questions: Sequence[Q], *, unticked: str) -> list[Group[Q]]:
    """The questions in their groups, each where it has any.

    :param unticked: what applies to a kind without a tick, in a few words
    """
    named = {kind: name for name, kinds in GROUPS for kind in kinds}
    names = [*(name for name, _kinds in GROUPS), OTHERS]
    found = {name: [q for q in questions if named.get(q.kind, OTHERS) == name] for name in names}
    return [
        Group(str(name), "; ".join(_lines(own, unticked)), own)
        for name, own in found.items()
        if own
    ]


def _lines(questions: Sequence[Asked], unticked: str) -> Iterator[str]:
    """By which channels how many of the kinds go; the number is left out where all go alike."""
    ways = Counter(_ways(question) or unticked for question in questions)
    for way, number in ways.items():
        if len(ways) == 1:
            yield way
        else:
            text = ngettext("{number} kind: {way}", "{number} kinds: {way}", number)
            yield text.format(number=number, way=way)


def _ways(question: Asked) -> str:
    ticked = [str(box["label"]) for box in question.boxes if box["offered"] and box["checked"]]
    return ", ".join(ticked)
