"""Use that is not this house's usual one: the rule, said once for sets and for people. Pure, Wh.

The newest days of a house are held against its eight weeks before: working days against working
days, weekends against weekends, by the median and by how far its days usually lie from it (the
median absolute deviation). Days of the lunar new year's holiday are on neither side. Where the
whole company's houses use more, as in a hot week, the usual rises with them.

``sql/find_unusual.sql`` does the same for all meters at once, which a test holds against this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from billing.comparing import from_new_year
from portal.lib.periods import DAY

USUAL_DAYS = timedelta(days=56)
FEWEST_USUAL = 28
"""Of the 56 days before, so many must have a figure of their own."""
SPREAD = Fraction(37065, 25000)
"""1.4826: what makes the median absolute deviation comparable with a standard deviation."""
HIGHER = 110
"""In per cent of a house's high days: above them by a tenth."""
FRIDAY = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """How many of the newest days must lie how far above the usual."""

    name: str
    days: int
    needed: int
    spreads: int
    """Usual distances from the median that a day must lie above it."""
    least_wh: int
    """And at least so far in any case,"""
    least_percent: int
    """and by so much of the usual,"""
    most_days: int
    """and by a tenth above so many in a hundred of the days before: a house may swing widely."""


JUMP = Rule("jump", days=3, needed=3, spreads=4, least_wh=2_500, least_percent=40, most_days=95)
"""Suddenly much more: something left on, a leak to earth, somebody else on the line."""
RISE = Rule("rise", days=14, needed=12, spreads=2, least_wh=1_000, least_percent=25, most_days=75)
"""For two weeks a little more each day: a device that does not switch off any more."""
RULES = (JUMP, RISE)


@dataclass(frozen=True, slots=True)
class Found:
    """Days that are not usual; Wh a day, the usual raised by what all houses used more."""

    rule: str
    first_on: date
    last_on: date
    wh: int
    usual_wh: int


def judge(daily: Mapping[date, int], *, until: date, rule: Rule, shift: int = 100) -> Found | None:
    """What a rule finds in the newest days of one house; None where they are usual or unknown.

    :param until: the newest day with a figure
    :param shift: per cent of the usual that all houses use now, at least 100
    """
    newest = [day for day in _back(until, rule.days) if day in daily and _is_ordinary(day)]
    if len(newest) < rule.days:
        return None
    before = until - timedelta(days=rule.days - 1)
    earlier = [day for day in _back(before - DAY, USUAL_DAYS.days) if day in daily]
    earlier = [day for day in earlier if _is_ordinary(day)]
    if len(earlier) < FEWEST_USUAL:
        return None
    usual = _usual(daily, earlier)
    if not {_weekend(day) for day in newest} <= usual.keys():
        return None
    spread = _middle([abs(daily[day] - usual[_weekend(day)]) for day in earlier]) * SPREAD
    high = Fraction(
        _disc([daily[day] for day in earlier], rule.most_days) * HIGHER * shift, 100 * 100
    )
    above = sum(
        daily[day] > max(high, _limit(usual[_weekend(day)], spread, rule, shift)) for day in newest
    )
    if above < rule.needed:
        return None
    wh = sum(daily[day] for day in newest) // rule.days
    usual_wh = sum(usual[_weekend(day)] for day in newest) * shift // (100 * rule.days)
    # A day or two may be quiet, but not so much that the mean is a usual one.
    if wh - usual_wh < rule.least_wh // 2:
        return None
    return Found(rule.name, first_on=newest[-1], last_on=until, wh=wh, usual_wh=usual_wh)


def _limit(usual: int, spread: Fraction, rule: Rule, shift: int) -> Fraction:
    more = max(
        spread * rule.spreads, Fraction(rule.least_wh), Fraction(usual * rule.least_percent, 100)
    )
    return Fraction(usual * shift, 100) + more


def _usual(daily: Mapping[date, int], days: Sequence[date]) -> dict[bool, int]:
    kinds = {_weekend(day) for day in days}
    return {kind: _middle([daily[day] for day in days if _weekend(day) is kind]) for kind in kinds}


def _middle(values: list[int]) -> int:
    return _disc(values, 50)


def _disc(values: list[int], percent: int) -> int:
    """The first value that so many in a hundred do not exceed, as ``percentile_disc`` has it."""
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def _back(until: date, days: int) -> list[date]:
    return [until - timedelta(days=ago) for ago in range(days)]


def _weekend(day: date) -> bool:
    return day.isoweekday() > FRIDAY


def _is_ordinary(day: date) -> bool:
    return from_new_year(day) is None
