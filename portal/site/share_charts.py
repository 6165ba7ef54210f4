"""Shares over time as a bar chart: what of a hundred, a bar each; what nobody counted is a gap."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .charts import FLOOR, GUTTER, HEIGHT, MOST_LABELS, PLOT, TOP, Shape, Tick, percent_of_width

LINES = (25, 50, 75, 100)


@dataclass(frozen=True)
class Share:
    """One bar: its name, its short name below the axis, and thousandths, None for a gap."""

    name: str
    short: str
    thousandths: int | None
    cells: tuple[str, ...] = ()
    """What else stands in its line of the table."""


@dataclass(frozen=True)
class Line:
    """The same bar in the table below the chart."""

    name: str
    share: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ShareChart:
    """All that components/chart_shares.html needs, in words of the reader's language."""

    ident: str
    title: str
    description: str
    headings: tuple[str, ...]
    shapes: tuple[Shape, ...]
    lines: tuple[Tick, ...]
    ticks: tuple[Tick, ...]
    rows: tuple[Line, ...]
    has_gaps: bool
    height: int = HEIGHT
    floor: int = FLOOR
    left: str = f"{GUTTER // 10}%"


def share_chart(
    *, shares: Sequence[Share], ident: str, title: str, headings: tuple[str, ...]
) -> ShareChart:
    """Lay out one bar for each share, in the order given; the axis goes from nothing to all.

    :param shares: at least one
    :param ident: prefix of the element ids, unique on the page
    :param headings: of the table: of the names, of the shares, of each further cell
    """
    count = len(shares)
    return ShareChart(
        ident=ident,
        title=title,
        description=_description(shares),
        headings=headings,
        shapes=tuple(_shape(share, at, count) for at, share in enumerate(shares)),
        lines=tuple(_line(percent) for percent in LINES),
        ticks=_ticks(shares),
        rows=tuple(Line(one.name, said(one.thousandths), one.cells) for one in shares),
        has_gaps=any(one.thousandths is None for one in shares),
    )


def said(thousandths: int | None) -> str:
    """A share in per cent, rounded down to a tenth; words where it is not known."""
    if thousandths is None:
        return _("not counted")
    whole, tenths = divmod(thousandths, 10)
    return f"{number_format(whole + tenths / 10, 1)}\u00a0%"


def _shape(share: Share, at: int, count: int) -> Shape:
    left = GUTTER + PLOT * at // count
    slot = GUTTER + PLOT * (at + 1) // count - left
    gap = slot // 4
    text = f"{share.name}: {said(share.thousandths)}"
    if share.thousandths is None:
        x, width = percent_of_width(left), percent_of_width(slot)
        return Shape("missing", x, width, TOP, FLOOR - TOP, text)
    # Nothing at all still shows as a line: it is a figure, not a gap.
    height = max(1, (FLOOR - TOP) * share.thousandths // 1000)
    x, width = percent_of_width(left + gap // 2), percent_of_width(slot - gap)
    return Shape("measured", x, width, FLOOR - height, height, text)


def _line(percent: int) -> Tick:
    """A line of the axis; the highest names the unit, above itself where no bar reaches."""
    at = FLOOR - (FLOOR - TOP) * percent // 100
    if percent == LINES[-1]:
        return Tick(text=f"{percent}\u00a0%", y=at - 8, line=at)
    return Tick(text=str(percent), y=at + 5, line=at)


def _ticks(shares: Sequence[Share]) -> tuple[Tick, ...]:
    every = -(-len(shares) // MOST_LABELS)
    return tuple(
        Tick(
            text=share.short,
            y=HEIGHT - 6,
            x=percent_of_width(GUTTER + PLOT * (2 * at + 1) // (2 * len(shares))),
        )
        for at, share in enumerate(shares)
        if at % every == 0
    )


def _description(shares: Sequence[Share]) -> str:
    """What an eye would take from the picture: the first, the last, and how many are missing."""
    known = [share for share in shares if share.thousandths is not None]
    if not known:
        return _("Nothing was counted.")
    words = {
        "first": f"{known[0].name}: {said(known[0].thousandths)}",
        "last": f"{known[-1].name}: {said(known[-1].thousandths)}",
        "gaps": len(shares) - len(known),
    }
    if len(known) == len(shares):
        return _("From %(first)s to %(last)s.") % words
    return _("From %(first)s to %(last)s; not counted: %(gaps)d.") % words
