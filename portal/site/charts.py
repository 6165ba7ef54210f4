"""Daily use as a bar chart: geometry and words worked out once, so that the template only loops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.use import Mark
from portal.lib.quantities import kwh, kwh_number

# Across, everything is in thousandths of the width (the chart is as wide as its column);
# down, in pixels of a fixed height. Text therefore keeps its size on every screen.
GUTTER = 90
PLOT = 1000 - GUTTER
TOP = 28
FLOOR = 178
HEIGHT = 208
MOST_LABELS = 5
STEPS: tuple[int, ...] = tuple(
    factor * 10**power for power in range(3, 9) for factor in (1, 2, 5)
)  # Wh: from 1 kWh


@dataclass(frozen=True)
class Bar:
    """One day's use in Wh; None when nobody knows it (yet)."""

    day: date
    value_wh: int | None
    quality: Mark


@dataclass(frozen=True)
class Shape:
    """A rectangle to draw: x and width in per cent of the chart, y and height in pixels."""

    kind: str
    x: str
    width: str
    y: int
    height: int
    text: str


@dataclass(frozen=True)
class Tick:
    """A label of an axis: where its text stands (x in per cent of the width), and its line."""

    text: str
    y: int
    x: str = "0"
    line: int = 0


@dataclass(frozen=True)
class Row:
    """The same day in the table below the chart."""

    day: str
    amount: str
    quality: str


@dataclass(frozen=True)
class DayChart:
    """All that components/chart_days.html needs, in words and numbers of the reader's language."""

    ident: str
    title: str
    description: str
    shapes: tuple[Shape, ...]
    lines: tuple[Tick, ...]
    days: tuple[Tick, ...]
    rows: tuple[Row, ...]
    has_estimated: bool
    gaps: str
    height: int = HEIGHT
    floor: int = FLOOR
    left: str = f"{GUTTER // 10}%"


def day_chart(*, bars: Sequence[Bar], ident: str = "use") -> DayChart:
    """Lay out one bar for each day, in the order given.

    A day without a value is drawn as a gap, never as zero.

    :param bars: at least one; every day of the period, also the unknown ones
    :param ident: prefix of the element ids, unique on the page
    """
    highest = max(_value(bar) for bar in bars)
    step = _step(highest)
    steps = max(1, -(-highest // step))  # rounded up
    rows = tuple(Row(_date(bar.day), _amount(bar), _quality(bar)) for bar in bars)
    return DayChart(
        ident=ident,
        title=_title(bars),
        description=_description(bars),
        shapes=tuple(
            _shape(bar, row, at, len(bars), step * steps)
            for at, (bar, row) in enumerate(zip(bars, rows, strict=True))
        ),
        lines=_lines(step, steps),
        days=_days(bars),
        rows=rows,
        has_estimated=any(_kind(bar) == Mark.ESTIMATED for bar in bars),
        gaps=", ".join(dict.fromkeys(_amount(bar) for bar in bars if bar.value_wh is None)),
    )


def _value(bar: Bar) -> int:
    return max(bar.value_wh or 0, 0)


def _step(highest: int) -> int:
    """The smallest step that reaches the highest bar in three lines."""
    return next((step for step in STEPS if step * 3 >= highest), STEPS[-1])


def _shape(bar: Bar, row: Row, at: int, count: int, reach: int) -> Shape:
    left = GUTTER + PLOT * at // count
    slot = GUTTER + PLOT * (at + 1) // count - left
    gap = slot // 4
    text = f"{row.day}: {row.amount} ({row.quality})"
    if bar.value_wh is None:
        x, width = percent_of_width(left), percent_of_width(slot)
        return Shape(_kind(bar), x, width, TOP, FLOOR - TOP, text)
    # A known zero still shows as a line: it is a figure, not a gap.
    height = max(1, round((FLOOR - TOP) * _value(bar) / reach))
    x, width = percent_of_width(left + gap // 2), percent_of_width(slot - gap)
    return Shape(_kind(bar), x, width, FLOOR - height, height, text)


def _kind(bar: Bar) -> Mark:
    """One of the three ways to draw a day."""
    if bar.value_wh is None:
        return Mark.MISSING
    return Mark.ESTIMATED if bar.quality == Mark.ESTIMATED else Mark.MEASURED


def _lines(step: int, steps: int) -> tuple[Tick, ...]:
    """One line a step; the highest also names the unit, above its line where no bar reaches."""
    drop = (FLOOR - TOP) // steps
    below = [
        Tick(
            text=kwh_number(step * at, decimals=0), y=FLOOR - drop * at + 5, line=FLOOR - drop * at
        )
        for at in range(1, steps)
    ]
    return (*below, Tick(text=kwh(step * steps, decimals=0), y=TOP - 8, line=TOP))


def _days(bars: Sequence[Bar]) -> tuple[Tick, ...]:
    every = -(-len(bars) // MOST_LABELS)
    return tuple(
        Tick(
            text=date_format(bar.day, "MONTH_DAY_FORMAT"),
            y=HEIGHT - 6,
            x=percent_of_width(GUTTER + PLOT * (2 * at + 1) // (2 * len(bars))),
        )
        for at, bar in enumerate(bars)
        if at % every == 0
    )


def percent_of_width(thousandths: int) -> str:
    """Thousandths as an SVG length; text, because a template would write 12,5 in Vietnamese."""
    return f"{thousandths // 10}.{thousandths % 10}%"


def _date(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _amount(bar: Bar) -> str:
    if bar.value_wh is not None:
        return kwh(bar.value_wh, decimals=1)
    if bar.quality == Mark.TOGETHER:
        return _("only known together with other days")
    return _("no data yet")


QUALITIES = {
    Mark.MEASURED: gettext_lazy("measured"),
    Mark.CORRECTED: gettext_lazy("corrected"),
    Mark.ESTIMATED: gettext_lazy("estimated"),
    Mark.TOGETHER: gettext_lazy("counted together"),
    Mark.DOUBTFUL: gettext_lazy("being checked"),
    Mark.MISSING: gettext_lazy("missing"),
}


def _quality(bar: Bar) -> str:
    return str(QUALITIES[bar.quality])


def _title(bars: Sequence[Bar]) -> str:
    return _("Electricity used each day, %(first)s to %(last)s") % {
        "first": _date(bars[0].day),
        "last": _date(bars[-1].day),
    }


def _description(bars: Sequence[Bar]) -> str:
    """What an eye would take from the picture: the highest day, and how many are not measured."""
    known = [bar for bar in bars if bar.value_wh is not None]
    missing = len(bars) - len(known)
    estimated = sum(_kind(bar) == Mark.ESTIMATED for bar in bars)
    parts = []
    if known:
        top = max(known, key=_value)
        parts.append(
            _("Most: %(amount)s on %(day)s.") % {"amount": _amount(top), "day": _date(top.day)}
        )
    if estimated:
        parts.append(
            ngettext("%(count)d day estimated.", "%(count)d days estimated.", estimated)
            % {"count": estimated}
        )
    if missing:
        parts.append(
            ngettext("%(count)d day without a figure.", "%(count)d days without a figure.", missing)
            % {"count": missing}
        )
    return " ".join(parts)
