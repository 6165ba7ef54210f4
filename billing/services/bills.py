"""Bills as the billing system exports them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.services import payments
from portal.lib import sql
from portal.lib.columns import Row
from portal.lib.loading import Outcome, refusals, staged_rows

STAGED = {
    "row_number": "int",
    "number": "text",
    "month": "date",
    "starts_on": "date",
    "ends_before": "date",
    "index_from_wh": "bigint",
    "index_to_wh": "bigint",
    "usage_kwh": "int",
    "households": "numeric",
    "net": "bigint",
    "vat_percent": "numeric",
    "vat": "bigint",
    "total": "bigint",
    "issued_on": "date",
    "due_on": "date",
}
REASONS = {
    "unknown_account": _("There is no account with this customer code."),
    "overlaps": _("Another bill of this account covers the same month or some of the same days."),
}


@transaction.atomic
def load(*, rows: Sequence[Row], at: datetime) -> Outcome:
    """Add bills, follow corrections of known ones, and settle those already paid for."""
    sql.stage("staged_bill", STAGED, staged_rows(rows, list(STAGED)[1:]))
    refused = refusals(sql.run("billing", "refuse_staged_bills"), REASONS)
    written = sql.run("billing", "upsert_bills", {"at": at})
    payments.settle()
    created = sum(new for (new,) in written)
    return Outcome.of(rows=rows, created=created, written=len(written), refused=refused)
