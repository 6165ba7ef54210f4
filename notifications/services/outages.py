"""Planned outages as the dispatch centre exports them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.lib import sql
from portal.lib.columns import Row
from portal.lib.loading import Outcome, refusals, staged_rows

STAGED = {
    "row_number": "int",
    "code": "text",
    "unit": "text",
    "area": "text",
    "starts_at": "timestamptz",
    "ends_at": "timestamptz",
    "reason": "text",
}
REASONS = {
    "unknown_unit": _("There is no regional company with this code; load the companies first."),
}


@transaction.atomic
def load(*, rows: Sequence[Row], at: datetime) -> Outcome:
    """Add planned outages and follow changes of known ones."""
    sql.stage("staged_outage", STAGED, staged_rows(rows, list(STAGED)[1:]))
    refused = refusals(sql.run("notifications", "refuse_staged_outages"), REASONS)
    written = sql.run("notifications", "upsert_outages", {"at": at})
    created = sum(new for (new,) in written)
    return Outcome.of(rows=rows, created=created, written=len(written), refused=refused)
