"""Bills as the billing system exports them."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.services import debits, payments, working_out
from customers.services import reasons
from portal.lib import sql
from portal.lib.columns import Remark, Row
from portal.lib.loading import Outcome, refusals, stage
from portal.lib.money import dong

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
    "unknown_account": reasons.UNKNOWN_ACCOUNT,
    "overlaps": _("Another bill of this account covers the same month or some of the same days."),
}
DIFFERS = _("Our own calculation gives another total. The bill is kept as it is and listed.")


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime) -> Outcome:
    """Add bills, work out each anew, follow corrections, and settle those already paid for."""
    sql.take_turns(debits.MONEY)
    stage("staged_bill", STAGED, rows)
    refused = refusals(sql.run("billing", "refuse_staged_bills"), REASONS)
    working_out.stage_prices(of=working_out.STAGED)
    written = sql.run("billing", "upsert_bills", {"at": at})
    sql.analyze_outgrown("billing_bill", by=len(written))
    payments.settle(staged="staged_bill")
    return Outcome.of(
        rows=rows,
        created=sum(new for (new,) in written),
        written=len(written),
        refused=refused,
        remarks=tuple(_differing()),
    )


def _differing() -> Iterator[Remark]:
    """Each bill that is not what our own prices give, with both totals."""
    for row, total, ours in sql.run("billing", "note_bills_that_differ"):
        yield Remark(
            row=row, column="total", before=dong(total), after=dong(ours), why=str(DIFFERS)
        )
