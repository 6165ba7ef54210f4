"""Use from indexes: a meter that rolled over, a meter exchanged inside the period."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from .errors import NotRunningForward

Index = TypeVar("Index", int, Decimal)


@dataclass(frozen=True, slots=True)
class Advance(Generic[Index]):
    """How far an index went, × the meter's ratio; `rolled_over` when it passed all nines."""

    usage: Index
    rolled_over: bool = False


def advance(
    opening: Index, closing: Index, *, digits: int | None = None, multiplier: int = 1
) -> Advance[Index]:
    """Use between two indexes of one meter, in the unit of the index.

    A closing index below the opening one is a roll-over if the meter's whole digits are known and
    the way round is the shorter one; otherwise it is an error.

    :raises NotRunningForward: the index went down, or it has more digits than the meter
    """
    if opening < 0 or closing < 0 or multiplier < 1:
        raise NotRunningForward("an index is never negative and a meter's ratio is at least 1")
    if digits is not None and max(opening, closing) >= 10**digits:
        raise NotRunningForward(f"a meter of {digits} digits cannot show {max(opening, closing)}")
    if closing >= opening:
        return Advance((closing - opening) * multiplier)
    return Advance(rolled(opening, closing, digits=digits) * multiplier, rolled_over=True)


def rolled(opening: Index, closing: Index, *, digits: int | None) -> Index:
    """The way from an index over all nines to a lower one.

    :raises NotRunningForward: the digits are not known, or the meter would have gone half round
    """
    if digits is None:
        raise NotRunningForward(f"the index went down from {opening} to {closing}")
    once_round: int = 10**digits
    way = once_round - opening + closing
    if 2 * way >= once_round:
        raise NotRunningForward(
            f"from {opening} down to {closing} is no roll-over on {digits} digits"
        )
    return way


def total_advance(advances: Iterable[Advance[int]]) -> int:
    """Use of a period in which meters were exchanged: all pairs summed, before the steps."""
    return sum(advance.usage for advance in advances)
