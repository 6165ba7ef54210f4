"""Service fees as the billing system exports them."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.services import reasons
from portal.lib import sql
from portal.lib.columns import Row
from portal.lib.loading import Outcome, refusals, stage

STAGED = {
    "row_number": "int",
    "reference": "text",
    "number": "text",
    "what": "text",
    "amount": "bigint",
    "due_on": "date",
}
REASONS = {
    "unknown_account": reasons.UNKNOWN_ACCOUNT,
    "fee_reused": _("This fee number is known with another amount, day, text or account."),
}


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime) -> Outcome:
    """Record fees; what is recorded, and maybe told, is never rewritten."""
    stage("staged_fee", STAGED, rows)
    refused = refusals(sql.run("billing", "refuse_staged_fees"), REASONS)
    created = len(sql.run("billing", "insert_fees", {"at": at}))
    sql.analyze_outgrown("billing_servicefee", by=created)
    return Outcome.of(rows=rows, created=created, written=created, refused=refused)
