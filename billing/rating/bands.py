"""Which price band an instant falls into; the hours are dated data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.lib.periods import LOCAL

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class BandHours:
    """Minutes of the day `[starts, ends)` on ISO weekdays that are peak or off-peak.

    `valid_from` is None for hours that were decided but not yet put in force.
    """

    source: str
    valid_from: date | None
    valid_before: date | None
    weekdays: range
    starts: int
    ends: int
    band: str
    confirmed: bool = True

    def holds(self, on: date) -> bool:
        """Whether these hours are in force on a day and apply to its weekday."""
        began = self.valid_from is not None and self.valid_from <= on
        ended = self.valid_before is not None and self.valid_before <= on
        return began and not ended and on.isoweekday() in self.weekdays


def band_at(moment: datetime, *, hours: Iterable[BandHours]) -> str:
    """`peak`, `offpeak` or `normal` at an aware instant, by the clock of Viet Nam.

    :raises ValueError: the instant carries no time zone
    """
    if moment.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    local = moment.astimezone(LOCAL)
    minute = local.hour * 60 + local.minute
    for row in hours:
        if row.holds(local.date()) and row.starts <= minute < row.ends:
            return row.band
    return "normal"


def minutes_by_band(on: date, *, hours: Iterable[BandHours]) -> dict[str, int]:
    """How many minutes of a day fall into each band; they add up to a whole day."""
    minutes = {"normal": MINUTES_A_DAY, "peak": 0, "offpeak": 0}
    for row in hours:
        if row.holds(on):
            minutes[row.band] += row.ends - row.starts
            minutes["normal"] -= row.ends - row.starts
    return minutes
