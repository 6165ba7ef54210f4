"""Which accounts use far more than usually: every night, for all of them, in sets."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing.comparing import from_new_year
from billing.unusual import FEWEST_USUAL, HIGHER, RULES, USUAL_DAYS
from portal.lib import sql

SLICE = 20_000
"""Accounts of one statement, by their keys: few enough for any memory."""
STALE_DAYS = 3
"""Reads come the morning after; what ended longer ago is no news."""
SAMPLE = 20_000
FEWEST_HOUSES = 50
"""Of a company, to say how all its houses moved."""
LOOKBACK = USUAL_DAYS + timedelta(days=max(rule.days for rule in RULES) + STALE_DAYS)
SHIFT = {"unit_id": "bigint", "name": "text", "percent": "int"}


def find(*, at: datetime) -> int:
    """Write down what is unusual in the newest days; how many accounts are new. Rerun at will."""
    slices = sql.run("billing", "slices_of_accounts", {"slice": SLICE})
    if not slices:
        return 0
    known, lasts = _known(at), [last for last, _count in slices]
    every = max(1, sum(count for _last, count in slices) // SAMPLE)
    span = {"low": 0, "high": lasts[-1], "every": every, "least": FEWEST_HOUSES}
    shifts = sql.run("billing", "shifts_of_use", known | span)
    return sum(
        _find_among(known | {"low": low, "high": high}, shifts)
        for low, high in pairwise([0, *lasts])
    )


@transaction.atomic
def _find_among(known: dict[str, Any], shifts: list[tuple[Any, ...]]) -> int:
    sql.stage("staged_shift", SHIFT, shifts)
    return len(sql.run("billing", "find_unusual", known))


def _known(at: datetime) -> dict[str, Any]:
    day = timezone.localdate(at)
    columns = ("days", "needed", "spreads", "least_wh", "least_percent", "most_days")
    return {
        "at": at,
        "day": day,
        "since": day - LOOKBACK,
        "stale": STALE_DAYS,
        "usual_days": USUAL_DAYS.days,
        "fewest": FEWEST_USUAL,
        "higher": HIGHER,
        "names": [rule.name for rule in RULES],
        **{name: [getattr(rule, name) for rule in RULES] for name in columns},
        "holidays": _holidays(day),
    }


def _holidays(day: date) -> list[date]:
    """Days of a lunar new year among those that are looked at."""
    days = (day - timedelta(days=ago) for ago in range(LOOKBACK.days + 1))
    return [one for one in days if from_new_year(one) is not None]
