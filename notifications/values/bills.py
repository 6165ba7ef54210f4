"""What notices about a bill say."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Bill, Debit
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
    elif owed.is_paid:
        to_do = _("It is paid already")
    else:
        to_do = _("Your bank pays by itself") if bank_pays else _("Please pay in time")
    return _of(notice, owed, bank_pays=bank_pays, to_do=to_do)


def overdue(notice: Notice) -> dict[str, Any]:
    """A bill whose last day of paying is over, and whether a bank should have paid it."""
    owed = _bill_of(notice)
    bank_pays = _bank_pays(notice, owed)
    to_do = _("Your bank has not paid yet") if bank_pays else _("Please pay soon")
    return _of(notice, owed, bank_pays=bank_pays, to_do=to_do)


WHY = {
    Debit.Result.FUNDS: gettext_lazy("too little in the account"),
    Debit.Result.LIMIT: gettext_lazy("above the bank's limit"),
    Debit.Result.SYSTEM: gettext_lazy("a fault at the bank"),
    Debit.Result.BLOCKED: gettext_lazy("the account is blocked"),
    Debit.Result.WRONG: gettext_lazy("the account number is wrong"),
    Debit.Result.CLOSED: gettext_lazy("the account is closed"),
    Debit.Result.REVOKED: gettext_lazy("the authorisation is gone"),
    Debit.Result.EXPIRED: gettext_lazy("the authorisation ran out"),
}
"""Why a bank did not pay, in at most 30 characters."""


def debit_failed(notice: Notice) -> dict[str, Any]:
    """A bill that the bank refused to debit: why, and that it has to be paid by hand."""
    owed = _bill_of(notice)
    result = notice.subject.rpartition("-")[2]
    why = dict(WHY).get(result, gettext_lazy("the bank gave no reason"))  # type: ignore[call-overload]
    said = _of(notice, owed, bank_pays=False, to_do=_("Please pay in time"))
    return said | {"why_not": str(why)}


def agreed_with_bank() -> Q:
    """Of a notice: whether a bank pays its bill on the last day to pay it."""
    paying = Arrangement.objects.paying_on(OuterRef("bill__due_on"))
    agreed = Exists(paying.filter(account=OuterRef("account")))
    return agreed & Q(bill__debit_failed_on=None)


def _bill_of(notice: Notice) -> Bill:
    if notice.bill is None:
        raise ValueError("a notice of a bill without its bill")
    return notice.bill


def _bank_pays(notice: Notice, owed: Bill) -> bool:
    known: bool | None = getattr(notice, "bank_pays", None)
    if known is not None:
        return known
    if owed.debit_failed_on is not None:
        return False
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
        "is_paid": owed.is_paid,
        "bank_pays": bank_pays,
        "to_do": to_do,
    }
