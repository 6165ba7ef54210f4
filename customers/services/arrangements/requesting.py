"""Recording what was agreed with the customer, one verb a kind."""

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from customers.models import (
    Account,
    Arrangement,
    AutoDebit,
    ContactPoint,
    MonthEndReading,
    RelativeContact,
    SmsRetention,
    User,
)
from customers.reading_days import LAST_DAY
from customers.services import reading_days
from portal.lib.history import signed
from portal.lib.periods import local_day
from portal.lib.sealed import keyed_hash
from portal.lib.text import clean

from . import bank_accounts, contacts
from .errors import MissingAnswer, MissingReason, RelativeMustAgree, explained
from .terms import Terms, draft, free_text, lock, record

AUTHORISED = {
    Arrangement.SaidVia.CALL: AutoDebit.AuthorisedBy.PHONE,
    Arrangement.SaidVia.COUNTER: AutoDebit.AuthorisedBy.FORM,
    Arrangement.SaidVia.LETTER: AutoDebit.AuthorisedBy.FORM,
    Arrangement.SaidVia.ONLINE: AutoDebit.AuthorisedBy.ONLINE,
}
"""How a debit counts as authorised by the way in which the customer said it."""


Named = TypeVar("Named", RelativeContact, SmsRetention)


@explained()
@transaction.atomic
@signed
def request_auto_debit(
    *,
    account: Account,
    terms: Terms,
    bank: str,
    bank_holder: str,
    bank_account: str,
    by: User,
    at: datetime,
) -> AutoDebit:
    """Ask that the bank pays on the due day; waits for a second person, since money is involved.

    :raises ArrangementError: a card number, a missing name, dates that do not fit, one is open
    """
    details = of_auto_debit(terms=terms, bank=bank, holder=bank_holder, number=bank_account)
    made = draft(AutoDebit, account=lock(account.pk), terms=terms, by=by, at=at, **details)
    return record(made, by=by, at=at)


@explained()
@transaction.atomic
@signed
def request_month_end_reading(
    *, account: Account, terms: Terms, by: User, at: datetime
) -> MonthEndReading:
    """Read the meter on the last day of the month from now on.

    In force at once, and from today: no money, no destination and no third party is involved.

    :raises ArrangementError: dates that do not fit, one is open
    """
    account = lock(account.pk)
    made = draft_month_end_reading(account=account, terms=terms, by=by, at=at)
    reading_days.move([account], to=LAST_DAY, at=at)
    return record(made, by=by, at=at)


@explained()
@transaction.atomic
@signed
def request_relative_contact(
    *,
    account: Account,
    terms: Terms,
    relative_name: str,
    relation: str,
    contact_kind: str,
    address: str,
    agreed: bool,
    by: User,
    at: datetime,
    power: str = RelativeContact.Power.TOLD,
) -> RelativeContact:
    """Ask that a relative is told too; waits for their code and for a second person.

    :param contact_kind: a ``ContactPoint.Kind``: Zalo (the address is a mobile number) or e-mail
    :param agreed: whether the relative said yes themselves; their code proves it afterwards
    :param power: a ``RelativeContact.Power``: what they may do beside being told
    :raises ArrangementError: no agreement, a contact that must not be used, one is open
    :raises portal.lib.phones.NotAPhone: the address should be a number and is none
    """
    if not agreed:
        raise RelativeMustAgree
    account = lock(account.pk)
    is_email = contact_kind == ContactPoint.Kind.EMAIL
    value = contacts.email(address) if is_email else contacts.mobile(address)
    known = contacts.Known([(account.pk, value)], at=at)
    contact = known.relatives_contact(account, contact_kind, value)
    details = of_relative_contact(name=relative_name, relation=relation, power=power)
    made = draft(RelativeContact, account=account, terms=terms, by=by, at=at, **details)
    return _with_contact(made, contact, by=by, at=at)


@explained()
@transaction.atomic
@signed
def request_sms_retention(
    *,
    account: Account,
    terms: Terms,
    phone: str,
    why_no_auto_debit: str,
    why_no_month_end: str,
    why_no_relative: str,
    by: User,
    at: datetime,
    number_named: bool = False,
) -> SmsRetention:
    """Ask that SMS goes on; waits for a second person, since a destination is involved.

    :param number_named: whether the caller themselves named the number
    :raises ArrangementError: a missing reason, a number that must not be used, one is open
    :raises portal.lib.phones.NotAPhone: it is no number
    """
    account = lock(account.pk)
    number = contacts.mobile(phone, field="phone")
    contact = contacts.Known([(account.pk, number)], at=at).holders_mobile(account, number)
    details = of_sms_retention(
        why_no_auto_debit=why_no_auto_debit,
        why_no_month_end=why_no_month_end,
        why_no_relative=why_no_relative,
    )
    details["number_named_at"] = at if number_named else None
    made = draft(SmsRetention, account=account, terms=terms, by=by, at=at, **details)
    return _with_contact(made, contact, by=by, at=at)


def of_auto_debit(*, terms: Terms, bank: str, holder: str, number: str) -> dict[str, Any]:
    """What only an auto-debit has.

    :raises ArrangementError: a card number, a missing name
    """
    number = bank_accounts.parse(number)
    return {
        "mandate": Arrangement.Mandate.PENDING,
        "authorised_by": AUTHORISED[Arrangement.SaidVia(terms.said_via)],
        "bank": _given(bank, field="bank"),
        "bank_holder": _given(holder, field="bank_holder"),
        "bank_account": number,
        "bank_account_hash": keyed_hash(number),
        "bank_account_end": number[-4:],
    }


def draft_month_end_reading(
    *, account: Account, terms: Terms, by: User, at: datetime
) -> MonthEndReading:
    """In force at once, and from today, not written yet.

    :raises ArrangementError: dates that do not fit
    """
    details = {"state": Arrangement.State.IN_FORCE, "old_day": account.reading_day}
    terms = replace(terms, starts_on=local_day(at))
    return draft(MonthEndReading, account=account, terms=terms, by=by, at=at, **details)


def of_relative_contact(
    *, name: str, relation: str, power: str = RelativeContact.Power.TOLD
) -> dict[str, Any]:
    """What only a relative who is told too has, beside the contact.

    :raises ArrangementError: a missing name
    """
    name = _given(name, field="relative_name")
    return {"relative_name": name, "relation": relation, "power": power}


def of_sms_retention(**reasons: str) -> dict[str, Any]:
    """What only SMS that goes on has, beside the contact: why each of the others does not fit.

    :raises ArrangementError: a missing reason
    """
    return {field: _reason(text, field=field) for field, text in reasons.items()}


def _with_contact(made: Named, contact: ContactPoint, *, by: User, at: datetime) -> Named:
    contacts.record([contact])
    made.contact = contact
    return record(made, by=by, at=at)


def _given(text: str, *, field: str) -> str:
    if not (text := clean(text)):
        raise MissingAnswer(field=field)
    return text


def _reason(text: str, *, field: str) -> str:
    if not (text := free_text(text, field=field)):
        raise MissingReason(field=field)
    return text
