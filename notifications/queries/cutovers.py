"""What a cut-over means, added up by ward and by age, side beside side; writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet, Sum

from customers.models import User
from customers.models.needs import comes_first, ways_to_reach
from notifications.models import Cutover, CutoverFigure, CutoverLoss
from notifications.queries.proofs import ELDERLY

Side = CutoverFigure.Side
NUMBERS = ("accounts", "untold", "lost", "messages", "cost", "most_messages", "most_cost")


@dataclass(slots=True)
class Sums:
    """The figures of one side, added up; of people of 60 or more apart."""

    accounts: int = 0
    untold: int = 0
    lost: int = 0
    messages: int = 0
    cost: int = 0
    most_messages: int = 0
    most_cost: int = 0
    untold_elderly: int = 0
    lost_elderly: int = 0

    def add(self, figure: CutoverFigure) -> None:
        """Count one ward and age group in."""
        for name in NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(figure, name))
        if figure.age in ELDERLY:
            self.untold_elderly += figure.untold
            self.lost_elderly += figure.lost


@dataclass(slots=True)
class Sides:
    """One group of customers, as it was, as worked out, and measured."""

    key: str
    before: Sums = field(default_factory=Sums)
    after: Sums = field(default_factory=Sums)
    measured: Sums = field(default_factory=Sums)

    def add(self, figure: CutoverFigure) -> None:
        """Count a figure in on its side."""
        getattr(self, figure.side).add(figure)


def whole(figures: Iterable[CutoverFigure]) -> Sides:
    """Everybody of the company."""
    found = Sides("")
    for figure in figures:
        found.add(figure)
    return found


def by(figures: Sequence[CutoverFigure], column: str) -> list[Sides]:
    """One line for each ward, or age group; who lose most come first."""
    lines: dict[str, Sides] = {}
    for figure in figures:
        key = getattr(figure, column)
        lines.setdefault(key, Sides(key)).add(figure)
    return sorted(lines.values(), key=lambda line: (-line.after.lost, line.key))


def with_sums(cutovers: QuerySet[Cutover]) -> QuerySet[Cutover]:
    """Each with what its figures add up to, for a list of companies."""
    return cutovers.annotate(
        lost=_sum("lost", Side.AFTER),
        lost_elderly=_sum("lost", Side.AFTER, figures__age__in=ELDERLY),
        cost_before=_sum("cost", Side.BEFORE),
        cost_after=_sum("cost", Side.AFTER),
        lost_measured=_sum("lost", Side.MEASURED),
        cost_measured=_sum("cost", Side.MEASURED),
    )


def _sum(column: str, side: Side, **more: Any) -> Sum:
    return Sum(f"figures__{column}", filter=Q(figures__side=side, **more))


def to_call(cutover: Cutover, *, user: User | AnonymousUser) -> QuerySet[CutoverLoss]:
    """Who would lose the only channel, of those ``user`` may see; who needs it first, by age."""
    return (
        CutoverLoss.objects.visible_to(user)
        .filter(cutover=cutover)
        .select_related("account__unit")
        .prefetch_related(*ways_to_reach())
        .order_by(
            comes_first("account").desc(), F("account__holder_born_in").asc(nulls_last=True), "pk"
        )
    )
