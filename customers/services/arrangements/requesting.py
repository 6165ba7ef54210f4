"""Recording what was agreed with the customer, one verb a kind."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from customers.models import (
    Account,
    Arrangement,
    AutoDebit,
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
from .terms import Terms, free_text, lock, record

AUTHORISED = {
    Arrangement.SaidVia.CALL: AutoDebit.AuthorisedBy.PHONE,
    Arrangement.SaidVia.COUNTER: AutoDebit.AuthorisedBy.FORM,
    Arrangement.SaidVia.LETTER: AutoDebit.AuthorisedBy.FORM,
    Arrangement.SaidVia.ONLINE: AutoDebit.AuthorisedBy.ONLINE,
}
"""How a debit counts as authorised by the way in which the customer said it."""


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
    number = bank_accounts.parse(bank_account)
    return record(
        AutoDebit,
        account=lock(account.pk),
        terms=terms,
        by=by,
        at=at,
        mandate=Arrangement.Mandate.PENDING,
        authorised_by=AUTHORISED[Arrangement.SaidVia(terms.said_via)],
        bank=_given(bank, field="bank"),
        bank_holder=_given(bank_holder, field="bank_holder"),
        bank_account=number,
        bank_account_hash=keyed_hash(number),
        bank_account_end=number[-4:],
    )


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
    old_day, account.reading_day = account.reading_day, LAST_DAY
    account.save(update_fields=["reading_day"])
    reading_days.note(changes=[(account.pk, old_day, LAST_DAY)], at=at)
    return record(
        MonthEndReading,
        account=account,
        terms=replace(terms, starts_on=local_day(at)),
        by=by,
        at=at,
        state=Arrangement.State.IN_FORCE,
        old_day=old_day,
    )


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
    return record(
        RelativeContact,
        account=account,
        terms=terms,
        by=by,
        at=at,
        relative_name=_given(relative_name, field="relative_name"),
        relation=relation,
        contact=contacts.relatives_contact(
            account=account, kind=contact_kind, address=address, at=at
        ),
        power=power,
    )


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
    return record(
        SmsRetention,
        account=account,
        terms=terms,
        by=by,
        at=at,
        contact=contacts.holders_mobile(account=account, phone=phone, at=at),
        number_named_at=at if number_named else None,
        why_no_auto_debit=_reason(why_no_auto_debit, field="why_no_auto_debit"),
        why_no_month_end=_reason(why_no_month_end, field="why_no_month_end"),
        why_no_relative=_reason(why_no_relative, field="why_no_relative"),
    )


def _given(text: str, *, field: str) -> str:
    if not (text := clean(text)):
        raise MissingAnswer(field=field)
    return text


def _reason(text: str, *, field: str) -> str:
    if not (text := free_text(text, field=field)):
        raise MissingReason(field=field)
    return text
