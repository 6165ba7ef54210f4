"""Bills by SMS to the phones of a company's contracts, without an agreement, until its cut-over.

The rule is ``sql/bills_by_sms.sql``, a part of the statements that plan, claim and try; this module
says what it is asked with, and answers for one account.
"""

from collections.abc import Collection
from datetime import date

from customers.models import Account, ContactPoint
from notifications.models import Kind
from portal.lib import sql

APP = "notifications"
# What is told of what is owed. Everything else goes by SMS only where that was agreed.
BILLS = (Kind.BILL_ISSUED, Kind.PAYMENT_REMINDER, Kind.PAYMENT_OVERDUE)


def parts() -> dict[str, str]:
    """What stands in statements for ``{by_sms}`` and ``{cut_overs}``, in this order."""
    return {
        "by_sms": sql.statement(APP, "bills_by_sms"),
        "cut_overs": sql.statement(APP, "cut_overs"),
    }


def known(*, cut_over: Collection[int] = ()) -> dict[str, object]:
    """What those parts are asked with, beside the day.

    :param cut_over: companies that are taken as cut over, whatever is in force
    """
    return {"bills": [kind.value for kind in BILLS], "cut_over": list(cut_over)}


def tells(account: Account, *, on: date) -> bool:
    """Whether bills of ``account`` go by SMS to a phone of its contract on ``on``."""
    asked = {**known(), "day": on}
    units = {unit for (unit,) in sql.run(APP, "bills_by_sms", asked, parts())}
    phones = account.contacts.usable().filter(
        kind=ContactPoint.Kind.PHONE, owner=ContactPoint.Owner.HOLDER
    )
    return account.unit_id in units and phones.exists()
