"""Months that are over are closed: the reads of a meter and month become one row of arrays."""

import math
import time
from datetime import date, datetime, timedelta

from django.db import transaction

from customers.models import Load
from portal.lib import sql
from portal.lib.periods import Period, local_day

OPEN_MONTHS = 2
"""This one and the last: what is loaded, corrected and shown day by day is nearly always theirs."""
SETTLED = Load.UNDOABLE + timedelta(days=5)
"""What was learned since may still be undone by its load, which looks for it among open reads."""
METERS_AT_ONCE = 2_000
"""Of one transaction: some 60,000 reads, for which a file that is loaded waits a second."""


class ReadsChanged(Exception):
    """Somebody changed reads while their month was closed; nothing was done."""


def open_since(day: date) -> date:
    """The first day that is never closed on ``day``."""
    month = Period.of_month(day)
    for _month in range(OPEN_MONTHS - 1):
        month = month.previous_month()
    return month.starts_on


def close(
    *, at: datetime, after: int = 0, seconds: float = 0, settled: timedelta = SETTLED
) -> int | None:
    """Close what is due of the meters behind ``after``, for so long; the last one, None at the end.

    May be killed and begun again: a chunk is one transaction, and what is closed is due no more.

    :param settled: how long ago the last read of a month has to be learned
    :raises ReadsChanged: see there
    """
    until, since = time.monotonic() + seconds, open_since(local_day(at))
    while True:
        asked = {"after": after, "open_since": since, "most": METERS_AT_ONCE}
        meters = [meter for (meter,) in sql.run("billing", "meters_to_close", asked)]
        if not meters:
            return None
        _close(meters, since, at - settled)
        after = int(meters[-1])
        if time.monotonic() >= until:
            return after


def close_all(*, at: datetime, settled: timedelta = SETTLED) -> None:
    """Close whatever is due."""
    close(at=at, settled=settled, seconds=math.inf)


@transaction.atomic
def _close(meters: list[int], since: date, settled_before: datetime) -> None:
    # Against ``hold_reads``: whoever loads or erases finds a month closed or open, not between.
    sql.take_turns("billing_read")
    asked = {"meters": meters, "open_since": since, "settled_before": settled_before}
    ((_months, gone, due),) = sql.run("billing", "close_months", asked)
    if gone != due:
        raise ReadsChanged
