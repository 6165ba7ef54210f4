"""A likely bill as a range: how far off it is, how often the truth lies inside, what it costs."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from billing import forecast
from portal.bench import Way
from portal.lib.periods import Period

WHAT = "forecast the use of a period from its first days and the eight weeks before"
UNIT = "forecasts"
METERS, SEED = 400, 6
FIRST = date(2025, 7, 1)
DAYS = 500
DAYS_IN = (5, 10, 15, 20, 25)
MONTHS = [Period.of_month(date(2026, month, 1)) for month in range(1, 11)]


def ways() -> Iterator[Way]:
    """What it costs: one forecast for each meter and month, half-way."""
    meters = [made_up(number) for number in range(METERS)]
    yield Way(name="half-way", units=METERS * len(MONTHS), run=lambda: forecast_all(meters))


def remarks() -> list[str]:
    """Error and coverage on months that the forecast has not seen, by the days that have passed."""
    meters = [made_up(number) for number in range(METERS)]
    return [_tested(meters, days_in) for days_in in DAYS_IN]


def forecast_all(meters: list[dict[date, int]]) -> None:
    """One for each month of each meter."""
    for daily in meters:
        for month in MONTHS:
            forecast.forecast(month, daily=daily, until=month.starts_on + timedelta(days=15))


def made_up(number: int) -> dict[date, int]:
    """A house of its own size, warmer in the hot months, away at times; days are missing."""
    draw = Random(f"{SEED} {number}")  # noqa: S311 - the same houses each time
    size, heat, away = draw.uniform(2_000, 15_000), draw.uniform(0, 0.8), 0
    daily, mood = {}, 1.0
    for offset in range(DAYS):
        day = FIRST + timedelta(days=offset)
        mood = 0.8 * mood + 0.2 * draw.uniform(0.6, 1.4)
        hot = 1 + heat * max(0.0, 1 - abs(day.month - 4.5) / 3)
        away = draw.randint(2, 9) if away == 0 and draw.random() < 0.008 else max(0, away - 1)
        share = 0.15 if away else mood * draw.uniform(0.75, 1.25)
        if draw.random() > 0.004:
            daily[day] = int(size * hot * share)
    return daily


def _tested(meters: list[dict[date, int]], days_in: int) -> str:
    tried, inside, error = 0, 0, Fraction(0)
    for daily in meters:
        found = forecast.back_test(MONTHS, daily=daily, days_in=days_in)
        tried += found.tried
        inside += found.inside
        error += found.mean_error * found.tried
    return (
        f"after {days_in:>2} days: {float(100 * error / tried):.1f} % off on the mean,"
        f" inside the range {100 * inside // tried} of 100 ({tried:,} months)"
    )
