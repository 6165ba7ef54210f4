"""Steps made as wide as the period and the households ask for, and filled with kWh."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .numbers import half_up, plain
from .periods import Months
from .tariffs import Step


class Rounding(StrEnum):
    """How wide a step is made where its exact width is not a whole number of kWh."""

    QUOTA = "quota"
    """Rounded half up to whole kWh, as on a bill."""
    EXACT = "exact"
    """Kept as a fraction; kWh and đồng are rounded only at the end."""

    def size(self, exact: Fraction) -> Fraction:
        """The step size in kWh that this policy uses."""
        return Fraction(half_up(exact)) if self is Rounding.QUOTA else exact


@dataclass(frozen=True, slots=True)
class Quota:
    """How wide a step became: `width` kWh × `share` × `households`."""

    step: int
    width: int | None
    share: Months
    households: Decimal
    size: Fraction | None
    """kWh that fit into the step; None for the last one, which has no end."""

    def __str__(self) -> str:
        if self.size is None:
            return "all above the steps before"
        words = [f"{self.width} kWh"]
        words += [str(self.share)] if self.share.value != 1 else []
        words += [f"{self.households} households"] if self.households != 1 else []
        made = f" = {plain(self.size)} kWh" if len(words) > 1 else ""
        return " × ".join(words) + made


def quotas(
    steps: Sequence[Step], *, share: Months, households: Decimal, rounding: Rounding
) -> Iterator[Quota]:
    """The steps of one household's month widened to a share of a month and to the households."""
    factor = share.value * Fraction(households)
    for step in steps:
        size = None if step.width is None else rounding.size(step.width * factor)
        yield Quota(step.number, step.width, share, households, size)


def fill(kwh: int, sizes: Sequence[Fraction | None]) -> Iterator[Fraction]:
    """The kWh that fall into each step, the lowest step first; None takes all that is left."""
    left = Fraction(kwh)
    for size in sizes:
        taken = left if size is None else min(left, size)
        left -= taken
        yield taken
