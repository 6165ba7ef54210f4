"""What the agent reads back to the caller once an arrangement is recorded."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from customers.models import (
    Arrangement,
    AutoDebit,
    ContactPoint,
    MonthEndReading,
    RelativeContact,
    SmsRetention,
)
from portal.lib.said import day


def read_back(arrangement: Arrangement) -> list[str]:
    """What changes for the customer, from when, and when we ask again, one sentence each."""
    terms = arrangement.terms
    return [*PROMISES[type(terms)](terms), *_when(arrangement)]


def _auto_debit(terms: AutoDebit) -> list[str]:
    said = _(
        "“The bill of %(number)s is paid on its due day from the account ending in %(end)s "
        "at %(bank)s, in the name of %(holder)s.”"
    )
    names = {
        "number": terms.account.number,
        "end": terms.bank_account_end,
        "bank": terms.bank,
        "holder": terms.bank_holder,
    }
    return [
        said % names,
        _("“Please keep enough money in it on the due day.”"),
        _debits_from(terms),
        _("“If this was not you, say so when our notice comes: then nothing is taken.”"),
    ]


def _debits_from(terms: AutoDebit) -> str:
    if terms.first_debit_on is None:
        return _("“The bank takes nothing in the first 24 hours after a colleague approved it.”")
    since = _("“The bank takes money from %(day)s at the earliest. Please pay bills due before.”")
    return since % {"day": day(terms.first_debit_on)}


def _month_end_reading(terms: MonthEndReading) -> list[str]:
    moved = _(
        "“Until now the meter was read on day %(day)s; from now on it is the month's last day.”"
    )
    kept = _("“The meter is read on the last day of the month, and that stays so.”")
    return [
        moved % {"day": terms.old_day} if terms.old_day < 31 else kept,
        _("“You pay from the 3rd to the 5th. The first period is longer or shorter once.”"),
    ]


def _relative_contact(terms: RelativeContact) -> list[str]:
    by_email = terms.contact.kind == ContactPoint.Kind.EMAIL
    said = (
        _("“%(name)s gets our notices too, by e-mail to %(address)s.”")
        if by_email
        else _("“%(name)s gets our notices too, by Zalo to the number ending in %(end)s.”")
    )
    names = {
        "name": terms.relative_name,
        "address": terms.contact.masked,
        "end": terms.contact.value[-4:],
    }
    return [said % names, _("“You go on getting them as well, and can end this at any time.”")]


def _sms_retention(terms: SmsRetention) -> list[str]:
    said = _("“We go on sending SMS to the number ending in %(end)s.”")
    return [
        said % {"end": terms.contact.value[-4:]},
        _("“Our SMS never hold a link, and we never ask for a password or a sign-in code.”"),
    ]


def _when(arrangement: Arrangement) -> list[str]:
    dates = {"start": day(arrangement.starts_on), "review": day(arrangement.review_on)}
    if arrangement.state == Arrangement.State.REQUESTED:
        begins = _(
            "“It begins on %(start)s, as soon as a colleague has approved it. If they cannot, "
            "we call you.”"
        )
    else:
        begins = _("“It holds from %(start)s. You may take it back within 24 hours.”")
    return [begins % dates, _("“We ask you again before %(review)s.”") % dates]


PROMISES: dict[type[Arrangement], Callable[[Any], list[str]]] = {
    AutoDebit: _auto_debit,
    MonthEndReading: _month_end_reading,
    RelativeContact: _relative_contact,
    SmsRetention: _sms_retention,
}
