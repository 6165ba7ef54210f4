"""The contacts that arrangements name: found or drafted, in use only while one is in force."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.db.models import Q

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


class Known:
    """What is known of contacts that are asked for, found at once for one arrangement or many.

    Make it in a transaction, with the accounts locked: the contacts are held until its end, too, as
    four accounts may ask for the same one at once.

    :param asked: keys of accounts, each with the contact that is asked for
    """

    def __init__(self, asked: Collection[tuple[int, str]], *, at: datetime) -> None:
        self.at = at
        values = {value for _account, value in asked}
        _hold({mailbox(value) for value in values})
        found = ContactPoint.objects.filter(
            account__in={account for account, _value in asked}, value__in=values
        )
        self._contacts = {(one.account_id, one.kind, one.value): one for one in found}
        self._told = _told(values)
        self._staff = _of_staff() if values else frozenset()

    def holders_mobile(self, account: Account, number: str) -> ContactPoint:
        """The number that SMS goes on to.

        :raises ArrangementError: it is a relative's, a colleague's, on three accounts or suspended
        """
        self._refuse_a_fourth_account(account, number, field="phone")
        contact = self._contacts.get((account.pk, ContactPoint.Kind.PHONE, number))
        if contact is None:
            self._refuse_staff(number, field="phone")
            owner = ContactPoint.Owner.HOLDER
            return self._drafted(account, ContactPoint.Kind.PHONE, number, owner)
        if contact.owner != ContactPoint.Owner.HOLDER:
            raise RelativesContact
        return _usable(contact, field="phone")

    def relatives_contact(self, account: Account, kind: str, value: str) -> ContactPoint:
        """Where the relative reads notices.

        :raises ArrangementError: it is the holder's, a colleague's, on three accounts or suspended
        """
        self._refuse_staff(value, field="address")
        if any(self._is_holders(account, known, value) for known in ContactPoint.Kind):
            raise HoldersContact
        self._refuse_a_fourth_account(account, value, field="address")
        contact = self._contacts.get((account.pk, kind, value))
        if contact is None:
            return self._drafted(account, kind, value, ContactPoint.Owner.RELATIVE)
        return _usable(contact, field="address")

    def _is_holders(self, account: Account, kind: str, value: str) -> bool:
        found = self._contacts.get((account.pk, kind, value))
        return found is not None and found.owner == ContactPoint.Owner.HOLDER

    def _drafted(self, account: Account, kind: str, value: str, owner: str) -> ContactPoint:
        """A new contact, suspended until the second person agrees to the destination."""
        drafted = ContactPoint(
            account=account,
            kind=kind,
            value=value,
            owner=owner,
            source=ContactPoint.Source.AGENT,
            suspended_at=self.at,
            suspended_why=ContactPoint.Suspended.NOT_APPROVED,
        )
        self._contacts[account.pk, kind, value] = drafted
        return drafted

    def _refuse_staff(self, value: str, *, field: str) -> None:
        """Neither the agent's own nor a colleague's, nor another name of the same mailbox."""
        if mailbox(value) in self._staff:
            raise StaffContact(field=field)

    def _refuse_a_fourth_account(self, account: Account, value: str, *, field: str) -> None:
        accounts = self._told[mailbox(value)]
        if len(accounts - {account.pk}) >= MOST_ACCOUNTS:
            raise TooManyAccounts(field=field)
        # Of what comes in one file the next row has to know.
        accounts.add(account.pk)


def mobile(text: str, *, field: str = "address") -> str:
    """A number that messages reach.

    :raises NotAMobile: it is a landline
    :raises portal.lib.phones.NotAPhone: it is no number
    """
    number = phones.parse(text)
    if not phones.is_mobile(number):
        raise NotAMobile(field=field)
    return number


def email(text: str) -> str:
    """An address in small letters.

    :raises NotAnEmail: it is none
    """
    address = clean(text).lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise NotAnEmail from error
    return address


def record(drafted: Collection[ContactPoint]) -> None:
    """Write the new ones among the contacts of arrangements that were made."""
    if new := [one for one in drafted if one.pk is None]:
        ContactPoint.objects.bulk_create(new)


def put_in_use(contacts: Collection[ContactPoint]) -> None:
    """Lift the suspensions that waited for the approval.

    :raises NotConfirmed: one is a relative's who did not say yes themselves
    """
    unasked = RelativeContact.objects.filter(contact__in=contacts, agreed_at=None)
    if unasked.filter(state=Arrangement.State.IN_FORCE).exists():
        raise NotConfirmed
    lifted = [one for one in contacts if one.suspended_why in _OURS]
    for contact in lifted:
        contact.suspended_at, contact.suspended_why = None, ""
    if lifted:
        rows = ContactPoint.objects.filter(pk__in=[one.pk for one in lifted])
        rows.update(suspended_at=None, suspended_why="")


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


def _usable(contact: ContactPoint, *, field: str) -> ContactPoint:
    if contact.suspended_at is not None and contact.suspended_why not in _OURS:
        raise SuspendedContact(field=field)
    return contact


def _of_staff() -> frozenset[str]:
    """The phones and mailboxes of all who work here."""
    staff = User.objects.filter(is_staff=True).values_list("phone", "email")
    return frozenset(mailbox(value) for pair in staff for value in pair if value)


def _hold(mailboxes: Iterable[str]) -> None:
    """Let nobody else ask for them until the commit; in one order, as others hold some, too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(held, 0))"
            " FROM (SELECT unnest(%s::text[]) AS held ORDER BY 1) AS sorted",
            [sorted(mailboxes)],
        )


def _told(values: Iterable[str]) -> defaultdict[str, set[int]]:
    """By mailbox or number: the accounts whose open arrangements name it."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    ends = {_end(mailbox(value)) for value in values if "@" in value}
    named = Q(contact__value__in=[value for value in values if "@" not in value])
    for end in ends:
        named |= Q(contact__value__endswith=end)
    for model in (RelativeContact, SmsRetention):
        rows = model.objects.open().filter(named)
        for account, value in rows.values_list("account", "contact__value"):
            found[mailbox(value)].add(account)
    return found


def _end(value: str) -> str:
    """What all names of a mailbox end with, at Gmail of both its domains."""
    domain = value.rpartition("@")[2]
    return "mail.com" if domain == "gmail.com" else domain
