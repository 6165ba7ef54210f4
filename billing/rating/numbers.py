"""Rounding half up, exactly: no float anywhere."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

DISPLAY_PLACES = 6


def half_up(value: Fraction) -> int:
    """The nearest whole number of a value that is not negative; a half goes up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def running(values: Iterable[Fraction], scale: int = 1) -> Iterator[int]:
    """Whole parts of `values` × `scale` that add up to their rounded sum.

    Each part is the growth of the rounded running total, so it lies within one of its own value.
    """
    total, rounded = Fraction(0), 0
    for value in values:
        total += value * scale
        before, rounded = rounded, half_up(total)
        yield rounded - before


def plain(value: Fraction) -> int | Decimal:
    """A value to show: an int where it is whole, else at most six decimals."""
    if value.denominator == 1:
        return value.numerator
    return plain_millionths(half_up(value * 10**DISPLAY_PLACES))


def plain_millionths(millionths: int) -> int | Decimal:
    """A count of millionths as an int where it is whole, else as a Decimal."""
    whole, rest = divmod(millionths, 10**DISPLAY_PLACES)
    return whole if rest == 0 else Decimal(millionths).scaleb(-DISPLAY_PLACES).normalize()
