"""The contacts that arrangements name: found or recorded, in use only while one is in force."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from customers.models import (
    Account,
    Arrangement,
    ContactPoint,
    RelativeContact,
    SmsRetention,
    User,
)
from portal.lib import phones
from portal.lib.text import clean, mailbox

from .errors import (
    HoldersContact,
    NotAMobile,
    NotAnEmail,
    NotConfirmed,
    RelativesContact,
    StaffContact,
    SuspendedContact,
    TooManyAccounts,
)

MOST_ACCOUNTS = 3
# What expired goes on telling until a person has settled it.
TELLING = (Arrangement.State.IN_FORCE, Arrangement.State.EXPIRED)

_OURS = (ContactPoint.Suspended.NOT_APPROVED, ContactPoint.Suspended.NOT_ARRANGED)


def holders_mobile(*, account: Account, phone: str, at: datetime) -> ContactPoint:
    """The number that SMS goes on to.

    :raises ArrangementError: it is no mobile, a relative's, a colleague's, on three accounts or
        was suspended
    :raises portal.lib.phones.NotAPhone: it is no number
    """
    number = _mobile(phone, field="phone")
    _refuse_a_fourth_account(account, number, field="phone")
    contact = _found(account, ContactPoint.Kind.PHONE, number)
    if contact is None:
        _refuse_staff(number, field="phone")
        return _recorded(account, ContactPoint.Kind.PHONE, number, ContactPoint.Owner.HOLDER, at=at)
    if contact.owner != ContactPoint.Owner.HOLDER:
        raise RelativesContact
    return _usable(contact, field="phone")


def relatives_contact(*, account: Account, kind: str, address: str, at: datetime) -> ContactPoint:
    """Where the relative reads notices: a mobile with Zalo, or an e-mail address.

    :raises ArrangementError: it is the holder's, a colleague's, on three accounts or suspended
    :raises portal.lib.phones.NotAPhone: it is no number
    """
    value = _email(address) if kind == ContactPoint.Kind.EMAIL else _mobile(address)
    _refuse_staff(value, field="address")
    if account.contacts.filter(value=value, owner=ContactPoint.Owner.HOLDER).exists():
        raise HoldersContact
    _refuse_a_fourth_account(account, value, field="address")
    contact = _found(account, kind, value)
    if contact is None:
        return _recorded(account, kind, value, ContactPoint.Owner.RELATIVE, at=at)
    return _usable(contact, field="address")


def put_in_use(contact: ContactPoint) -> None:
    """Lift the suspension that waited for the approval.

    :raises NotConfirmed: it is a relative's who did not say yes themselves
    """
    unasked = RelativeContact.objects.filter(contact=contact, agreed_at=None)
    if unasked.filter(state=Arrangement.State.IN_FORCE).exists():
        raise NotConfirmed
    if contact.suspended_why in _OURS:
        contact.suspended_at, contact.suspended_why = None, ""
        contact.save(update_fields=["suspended_at", "suspended_why"])


def take_out_of_use(contact: ContactPoint, *, at: datetime) -> None:
    """Suspend what an agent recorded once no arrangement that still tells names it any more."""
    if contact.source != ContactPoint.Source.AGENT or _is_named(contact):
        return
    contact.suspended_at, contact.suspended_why = at, ContactPoint.Suspended.NOT_ARRANGED
    contact.save(update_fields=["suspended_at", "suspended_why"])


def _is_named(contact: ContactPoint) -> bool:
    return any(
        model.objects.filter(contact=contact, state__in=TELLING).exists()
        for model in (RelativeContact, SmsRetention)
    )


def _mobile(text: str, *, field: str = "address") -> str:
    number = phones.parse(text)
    if not phones.is_mobile(number):
        raise NotAMobile(field=field)
    return number


def _email(text: str) -> str:
    address = clean(text).lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise NotAnEmail from error
    return address


def _found(account: Account, kind: str, value: str) -> ContactPoint | None:
    return account.contacts.filter(kind=kind, value=value).first()


def _recorded(account: Account, kind: str, value: str, owner: str, *, at: datetime) -> ContactPoint:
    """A new contact, suspended until the second person agrees to the destination."""
    return account.contacts.create(
        kind=kind,
        value=value,
        owner=owner,
        source=ContactPoint.Source.AGENT,
        suspended_at=at,
        suspended_why=ContactPoint.Suspended.NOT_APPROVED,
    )


def _usable(contact: ContactPoint, *, field: str) -> ContactPoint:
    if contact.suspended_at is not None and contact.suspended_why not in _OURS:
        raise SuspendedContact(field=field)
    return contact


def _refuse_staff(value: str, *, field: str) -> None:
    """Neither the agent's own nor a colleague's, nor another name of the same mailbox."""
    staff = User.objects.filter(is_staff=True)
    theirs = staff.exclude(email=None).values_list("email", flat=True)
    if staff.filter(phone=value).exists() or mailbox(value) in map(mailbox, theirs):
        raise StaffContact(field=field)


def _refuse_a_fourth_account(account: Account, value: str, *, field: str) -> None:
    """Count under a lock on the contact itself: four accounts may be asked for at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [mailbox(value)])
    accounts = {
        named
        for model in (RelativeContact, SmsRetention)
        for named, other in model.objects.open()
        .filter(contact__value__endswith=_end(mailbox(value)))
        .exclude(account=account)
        .values_list("account", "contact__value")
        if mailbox(other) == mailbox(value)
    }
    if len(accounts) >= MOST_ACCOUNTS:
        raise TooManyAccounts(field=field)


def _end(value: str) -> str:
    """What all names of a mailbox end with, at Gmail of both its domains; a number whole."""
    domain = value.rpartition("@")[2]
    return "mail.com" if domain == "gmail.com" else domain
