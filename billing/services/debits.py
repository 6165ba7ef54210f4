"""What banks say of the debits that were asked of them: bills, mandates and work follow it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import WorkItem
from customers.services import reasons, work
from portal.lib import sql
from portal.lib.columns import Row
from portal.lib.loading import Outcome, refusals, stage
from portal.lib.periods import local_day

STAGED = {
    "row_number": "int",
    "number": "text",
    "month": "date",
    "amount": "bigint",
    "result": "text",
    "debited_on": "date",
}
REASONS = {
    "unknown_account": reasons.UNKNOWN_ACCOUNT,
    "no_mandate": _("This customer has no auto-debit."),
    "no_bill": _("The bill of this month is not loaded."),
    "amount_differs": _("The amount is not that of the bill."),
    "result_reused": _("Of this bill and day another result is known."),
}


# Bills, payments and debits look each other up and mark each other, whichever comes first: two that
# came in one moment would not find each other.
MONEY = "money"


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime) -> Outcome:
    """Record results; what is recorded is never rewritten.

    The newest result of a bill says whether a bank pays it, the newest of a mandate what it is
    worth; an older file that comes late changes neither.
    """
    sql.take_turns(MONEY)
    stage("staged_debit", STAGED, rows)
    refused = refusals(sql.run("billing", "refuse_staged_debits"), REASONS)
    created = [bill for (bill,) in sql.run("billing", "insert_debits", {"at": at})]
    # Before the mandates move: what a bank took without one is known by how they stood.
    unasked = sql.run("billing", "debits_without_mandate", {"bills": created, "at": at})
    sql.run("billing", "mark_failed_bills", {"bills": created})
    sql.run("billing", "move_mandates", {"bills": created})
    failed = sql.run("billing", "failed_debits", {"bills": created, "at": at})
    work.add(items=[_item(*one, at=at) for one in (*unasked, *failed)])
    settle_work(at=at)
    return Outcome.of(rows=rows, created=len(created), written=len(created), refused=refused)


def settle_work(*, at: datetime) -> int:
    """Take off the list what was debited or paid since, where nothing else is to be done."""
    settled = [item for (item,) in sql.run("billing", "settled_debit_work")]
    return work.settle_itself(settled, outcome=WorkItem.Outcome.PAID, at=at)


def _item(account: int, bill: int, arrangement: int | None, what: str, *, at: datetime) -> WorkItem:
    return WorkItem(
        account_id=account,
        kind=WorkItem.Kind.DEBIT,
        arrangement_id=arrangement,
        subject=f"debit-{bill}-{what}",
        detail=what,
        made_at=at,
        due_on=local_day(at),
    )
