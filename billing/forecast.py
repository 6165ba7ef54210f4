"""A likely bill for a period that is still open, as a range. Pure; energy in whole Wh.

The method is plain on purpose. What was measured in the period counts as it is. Every other day
of it, to come or missing, is taken at the mean of the last days known (`LOOKBACK_DAYS` at most).
The range asks how far off that can be: as if one of the low weeks among those days, or one of
the high ones, went on for all the days not known. Weeks, because a hot spell or an absence lasts;
single days would make the range too wide and whole months leave too few to choose from.
`back_test` says how often the truth lay inside; that figure belongs beside every forecast shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from billing.rating import half_up
from portal.lib.periods import Period

LOOKBACK_DAYS = 56
WEEK = 7
FEWEST_DAYS = 14
LOW, HIGH = Fraction(1, 10), Fraction(9, 10)
WH_A_KWH = 1000

Daily = Mapping[date, int]
"""Wh used on each day that was measured; a day that is missing is absent, never zero."""


class TooFewDays(ValueError):
    """Fewer than `FEWEST_DAYS` days are known: nothing honest can be said."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Use of a whole period in Wh: what is known, and the whole as low, likely and high."""

    known: int
    low: int
    likely: int
    high: int
    days_known: int
    days_open: int

    def holds(self, truth: int) -> bool:
        """Whether the use as it came out lies in the range."""
        return self.low <= truth <= self.high


@dataclass(frozen=True, slots=True)
class Money:
    """A likely bill in whole đồng with VAT, as a range."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How forecasts did on periods whose end is known; the error is of the likely use."""

    tried: int
    inside: int
    mean_error: Fraction
    """Mean of |likely − truth| / truth; 0 where nothing was tried."""


def forecast(period: Period, *, daily: Daily, until: date) -> Forecast:
    """The use of a period from what was known before `until`.

    :raises TooFewDays: fewer than `FEWEST_DAYS` days are known, in the period or before it
    """
    recent = last_known(daily, until=until)
    if len(recent) < FEWEST_DAYS:
        raise TooFewDays(f"{len(recent)} days are known, {FEWEST_DAYS} are needed")
    known = [daily[day] for day in period if day < until and day in daily]
    open_days = period.days - len(known)
    low, high = spread(recent)
    mean = Fraction(sum(recent), len(recent))
    return Forecast(
        known=sum(known),
        low=sum(known) + int(min(low, mean) * open_days),
        likely=sum(known) + half_up(mean * open_days),
        high=sum(known) - int(-max(high, mean) * open_days // 1),
        days_known=len(known),
        days_open=open_days,
    )


def last_known(daily: Daily, *, until: date) -> list[int]:
    """Wh of the last days known before a date, oldest first; gaps are passed over."""
    days = sorted(day for day in daily if until - timedelta(days=LOOKBACK_DAYS) <= day < until)
    return [daily[day] for day in days]


def spread(recent: Sequence[int]) -> tuple[Fraction, Fraction]:
    """Wh a day in a low and in a high week among the last days known."""
    weeks = sorted(sum(recent[i : i + WEEK]) for i in range(len(recent) - WEEK + 1))
    last = len(weeks) - 1
    return Fraction(weeks[int(LOW * last)], WEEK), Fraction(weeks[-int(-HIGH * last // 1)], WEEK)


def money(expected: Forecast, *, total: Callable[[int], int]) -> Money:
    """The range in đồng; `total` gives the bill for whole kWh, and never falls as they rise."""
    low, likely, high = (
        half_up(Fraction(wh, WH_A_KWH)) for wh in (expected.low, expected.likely, expected.high)
    )
    return Money(total(low), total(likely), total(high))


def back_test(periods: Iterable[Period], *, daily: Daily, days_in: int) -> Coverage:
    """Forecast closed periods as if only their first `days_in` days had passed.

    Periods with a missing day, or with too little known before, are left out.
    """
    tried, inside, error = 0, 0, Fraction(0)
    for period in periods:
        if not all(day in daily for day in period):
            continue
        until = period.starts_on + timedelta(days=days_in)
        try:
            expected = forecast(period, daily=daily, until=until)
        except TooFewDays:
            continue
        truth = sum(daily[day] for day in period)
        tried += 1
        inside += expected.holds(truth)
        error += Fraction(abs(expected.likely - truth), max(truth, 1))
    return Coverage(tried, inside, error / max(tried, 1))
