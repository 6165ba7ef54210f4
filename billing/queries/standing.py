"""Reads of accounts between days, wherever they are stored: the one way to them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from customers.models import Account
from portal.lib import sql
from portal.lib.periods import DAY, Window


class StoodRead(NamedTuple):
    """One read with its meter; ``learned_at`` is empty unless it was asked for."""

    account_id: int
    meter_id: int
    digits: int
    multiplier: int
    removed_on: date | None
    day: date
    index_wh: int
    quality: str
    learned_at: datetime
    serial: str


def standing_reads(
    accounts: Iterable[Account],
    *,
    since: date,
    before: date,
    as_of: datetime | None = None,
    with_moments: bool = False,
) -> list[StoodRead]:
    """The reads about the days ``[since, before)``, by account, meter and day. One query.

    Of each account only those that the use within its window rests on: the index on the eve of its
    first day is one of them, and tells nothing of the days before.

    :param as_of: as they stood at that moment
    """
    asked = [
        (account.pk, *days)
        for account in accounts
        if (days := _within(account.window, since, before))
    ]
    if not asked:
        return []
    ids, firsts, ends = (list(column) for column in zip(*asked, strict=True))
    found = sql.run(
        "billing",
        "reads_of",
        {
            "accounts": ids, "since": firsts, "before": ends, "as_of": as_of,
            "with_moments": with_moments,
        },
    )  # fmt: skip
    return list(map(StoodRead._make, found))


def _within(window: Window, since: date, before: date) -> tuple[date, date] | None:
    since = max(since, window.starts_on - DAY) if window.starts_on else since
    before = min(before, window.ends_before) if window.ends_before else before
    return (since, before) if since < before else None
