"""Daily reads as the metering system exports them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.lib import sql
from portal.lib.columns import Row
from portal.lib.loading import Outcome, refusals, staged_rows

STAGED = {
    "row_number": "int",
    "number": "text",
    "serial": "text",
    "day": "date",
    "index_wh": "bigint",
    "quality": "text",
}
REASONS = {
    "unknown_account": _("There is no account with this customer code."),
    "other_meter": _("This meter does not belong to the account; check the meter number."),
    "meter_not_in_place": _("The meter was not in place at this account on that day."),
    "goes_back": _(
        "The index is lower than the day before, and the meter cannot have rolled over."
    ),
    "too_many_digits": _("The index has more digits than the meter."),
}


@transaction.atomic
def load(*, rows: Sequence[Row], at: datetime) -> Outcome:
    """Add reads; another index for a known day replaces it and is marked as corrected."""
    sql.stage("staged_read", STAGED, staged_rows(rows, list(STAGED)[1:]))
    sql.run("billing", "hold_reads")
    refused = refusals(sql.run("billing", "refuse_staged_reads"), REASONS)
    sql.run("billing", "reopen_closed_reads")
    written = sql.run("billing", "upsert_reads", {"at": at})
    created = sum(new for (new,) in written)
    return Outcome.of(rows=rows, created=created, written=len(written), refused=refused)
