"""Two years as a bar chart, month beside month: geometry and words worked out once."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.lib.quantities import kwh, kwh_number

from .charts import FLOOR, GUTTER, HEIGHT, PLOT, STEPS, TOP, Shape, Tick, percent_of_width


@dataclass(frozen=True)
class Pair:
    """One month: Wh of this year and of the year before; None where nothing is known."""

    name: str
    short: str
    now_wh: int | None
    before_wh: int | None


@dataclass(frozen=True)
class YearChart:
    """All that components/chart_year.html needs, in words and numbers of the reader's language."""

    title: str
    description: str
    shapes: tuple[Shape, ...]
    lines: tuple[Tick, ...]
    ticks: tuple[Tick, ...]
    now: str
    before: str
    """The names of both years; the second empty where nothing of it is known."""
    height: int = HEIGHT
    floor: int = FLOOR
    left: str = f"{GUTTER // 10}%"


def year_chart(pairs: Sequence[Pair], *, year: int) -> YearChart:
    """Lay out two bars for each month, the year before first, as time runs."""
    highest = max(max(pair.now_wh or 0, pair.before_wh or 0) for pair in pairs)
    step = next((step for step in STEPS if step * 3 >= highest), STEPS[-1])
    steps = max(1, -(-highest // step))
    has_before = any(pair.before_wh is not None for pair in pairs)
    return YearChart(
        title=_("Electricity used each month of %(year)d") % {"year": year},
        description=_description(pairs),
        shapes=tuple(_shapes(pairs, step * steps, year, in_pairs=has_before)),
        lines=_lines(step, steps),
        ticks=tuple(
            Tick(pair.short, HEIGHT - 6, percent_of_width(_left(at, len(pairs)) + 5))
            for at, pair in enumerate(pairs)
        ),
        now=str(year),
        before=str(year - 1) if has_before else "",
    )


def _left(at: int, count: int) -> int:
    return GUTTER + PLOT * at // count


def _shapes(pairs: Sequence[Pair], reach: int, year: int, *, in_pairs: bool) -> list[Shape]:
    """Two bars a month; a year alone stands over its months."""
    found = []
    for at, pair in enumerate(pairs):
        left = _left(at, len(pairs))
        width = (_left(at + 1, len(pairs)) - left) * 2 // 5
        bars = (
            (pair.before_wh, year - 1, "before", left),
            (pair.now_wh, year, "measured", left + width if in_pairs else left),
        )
        for value, named, kind, x in bars:
            if value is None:
                continue
            height = max(1, round((FLOOR - TOP) * value / reach))
            found.append(
                Shape(
                    kind,
                    percent_of_width(x),
                    percent_of_width(width),
                    FLOOR - height,
                    height,
                    f"{pair.name}/{named}: {kwh(value, decimals=0)}",
                )
            )
    return found


def _lines(step: int, steps: int) -> tuple[Tick, ...]:
    drop = (FLOOR - TOP) // steps
    below = [
        Tick(kwh_number(step * at, decimals=0), FLOOR - drop * at + 5, line=FLOOR - drop * at)
        for at in range(1, steps)
    ]
    return (*below, Tick(kwh(step * steps, decimals=0), TOP - 8, line=TOP))


def _description(pairs: Sequence[Pair]) -> str:
    """What an eye would take from the picture: the month with most and the one with least."""
    known = [(pair.now_wh, pair.name) for pair in pairs if pair.now_wh is not None]
    if not known:
        return ""
    (most, most_in), (least, least_in) = max(known), min(known)
    return _("Most: %(most)s in month %(most_in)s; least: %(least)s in month %(least_in)s.") % {
        "most": kwh(most, decimals=0),
        "most_in": most_in,
        "least": kwh(least, decimals=0),
        "least_in": least_in,
    }
