"""What notices about a bill say."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from billing.models import Bill
from customers.models import Arrangement
from notifications.models import Notice
from portal.lib.money import dong, grouped
from portal.lib.periods import month_name

from .common import common


def bill(notice: Notice) -> dict[str, Any]:
    """A bill: how much, for which days, until when, and whether a bank pays it by itself."""
    owed = _bill_of(notice)
    bank_pays = owed.total > 0 and _bank_pays(notice, owed)
    if owed.total == 0:
        to_do = _("Nothing to pay this time")
    else:
        to_do = _("Your bank pays by itself") if bank_pays else _("Please pay in time")
    return _of(notice, owed, bank_pays=bank_pays, to_do=to_do)


def overdue(notice: Notice) -> dict[str, Any]:
    """A bill whose last day of paying is over, and whether a bank should have paid it."""
    owed = _bill_of(notice)
    bank_pays = _bank_pays(notice, owed)
    to_do = _("Your bank has not paid yet") if bank_pays else _("Please pay soon")
    return _of(notice, owed, bank_pays=bank_pays, to_do=to_do)


def agreed_with_bank() -> Exists:
    """Of a notice: whether a bank pays its bill on the last day to pay it."""
    paying = Arrangement.objects.paying_on(OuterRef("bill__due_on"))
    return Exists(paying.filter(account=OuterRef("account")))


def _bill_of(notice: Notice) -> Bill:
    if notice.bill is None:
        raise ValueError("a notice of a bill without its bill")
    return notice.bill


def _bank_pays(notice: Notice, owed: Bill) -> bool:
    known: bool | None = getattr(notice, "bank_pays", None)
    if known is not None:
        return known
    # One notice by itself, fetched without its facts.
    return Arrangement.objects.paying_on(owed.due_on).filter(account=notice.account).exists()


def _of(notice: Notice, owed: Bill, *, bank_pays: bool, to_do: str) -> dict[str, Any]:
    return common(notice) | {
        "month": month_name(owed.month),
        "total": dong(owed.total),
        "usage": grouped(owed.usage_kwh),
        "first_on": f"{owed.starts_on:%d/%m/%Y}",
        "last_on": f"{owed.last_on:%d/%m/%Y}",
        "due_on": f"{owed.due_on:%d/%m/%Y}",
        "is_zero": owed.total == 0,
        "bank_pays": bank_pays,
        "to_do": to_do,
    }
