"""Daily reads as the metering system exports them."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.services import reasons
from portal.lib import sql
from portal.lib.columns import Refusal, Row
from portal.lib.loading import Outcome, Repeated, refusals, source

STAGED = {
    "row_number": "int",
    "number": "text",
    "serial": "text",
    "day": "date",
    "index_wh": "bigint",
    "quality": "text",
}
REASONS = {
    "unknown_account": reasons.UNKNOWN_ACCOUNT,
    "other_meter": _("This meter does not belong to the account; check the meter number."),
    "meter_not_in_place": _("The meter was not in place at this account on that day."),
    "goes_back": _(
        "The index is lower than the day before, and the meter cannot have rolled over."
    ),
    "too_many_digits": _("The index has more digits than the meter."),
}


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime, is_preview: bool = False) -> Outcome:
    """Add reads; another index for a known day replaces it and is marked as corrected.

    Loads of reads take turns.

    :param is_preview: count the new ones and leave them out: all of it will be taken back
    :raises Repeated: two rows are of one meter and day
    """
    sql.take_turns("reads")
    sql.run("billing", "hold_reads")
    staged = source("staged_read", STAGED, rows)
    judged = _placed(staged, meter="meter_by_serial")
    if judged.placed > len(rows):
        # A meter that was hung again at its account is there twice. That is rare, and to look it up
        # for each row takes longer.
        judged = _placed(staged, meter="meter_of_day")
    # Before any is refused: of two rows for one day neither counts.
    if judged.has_repeated:
        raise Repeated
    refused: tuple[Refusal, ...] = ()
    if judged.has_wrong:
        found = sql.run("billing", "refuse_placed_reads", parts={"staged": staged})
        refused = refusals(found, REASONS)
    if judged.has_closed:
        sql.run("billing", "reopen_closed_reads")
    if judged.has_wrong or judged.has_closed:
        judged = _judged()
    if not is_preview:
        sql.run("billing", "insert_reads", {"at": at})
    if judged.differing:
        sql.run("billing", "correct_reads", {"at": at})
    return Outcome.of(
        rows=rows, created=judged.new, written=judged.new + judged.differing, refused=refused
    )


class _Judged(NamedTuple):
    """What one look at all placed reads tells."""

    has_repeated: bool
    has_wrong: bool
    has_closed: bool
    placed: int
    new: int
    differing: int


def _placed(staged: str, *, meter: str) -> _Judged:
    parts = {"staged": staged, "meter": sql.statement("billing", meter)}
    sql.run("billing", "place_reads", parts=parts)
    return _judged()


def _judged() -> _Judged:
    (found,) = sql.run("billing", "judge_placed_reads")
    return _Judged(*found)


preview = partial(load, is_preview=True)
