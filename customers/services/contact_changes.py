"""New phone numbers and e-mail addresses: proven by a code, held a day, then put in force.

Of a login or of a contract. Whoever stole a session has to prove a contact of their own, and
whoever had the old one has a day to say no. Telling the old contact is the caller's, in the
transaction of :func:`prove`: this app knows no messages.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import Account, AccountEvent, ContactChange, ContactPoint, User
from customers.models.changes import HOLD
from customers.services import contact_points, events, logins, profile, typed_codes
from customers.services.typed_codes import Typed
from portal.lib import phones
from portal.lib.errors import Unreadable
from portal.lib.sealed import keyed_hash
from portal.lib.text import clean

Kind, Cancelled = ContactChange.Kind, ContactChange.Cancelled

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_A_DAY = 5
LONGEST_EMAIL = 254
# The code goes out as the change is asked for, and never again.
ASKED = "asked_at"
MOST_TO_VALUE = {HOUR: 3, DAY: 10}
# No letter or digit that is read as another one.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class NotAContact(Unreadable):
    """What was typed is no phone number or e-mail address that a code can be sent to."""


class ChangeError(Exception):
    """The change cannot be asked for."""


class NotAllowed(ChangeError):
    """Only who holds the contract changes where it is told."""


class SameAsNow(ChangeError):
    """It is what is known already."""


class TooMany(ChangeError):
    """This login, or this number or address, had its codes of the hour or the day."""


class Waits(ChangeError):
    """An earlier change still waits for its day to end; it has to be cancelled first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The change, and the code to send to the new value; it is kept nowhere."""

    change: ContactChange
    code: str


@dataclass(frozen=True, slots=True)
class Proven:
    """What became of the code; the code that cancels is to be sent to the old contact."""

    typed: Typed
    cancel_code: str = ""


def read(*, kind: str, text: str) -> str:
    """What was typed, as contacts are kept.

    :raises NotAContact: it is no e-mail address, or no mobile number of Viet Nam
    """
    if kind == Kind.EMAIL:
        return _email(text)
    try:
        number = phones.parse(text)
    except phones.NotAPhone as error:
        raise NotAContact(error.reason) from error
    if not phones.is_mobile(number):
        raise NotAContact(_("This is a landline; a code can only be sent to a mobile."))
    return number


def _email(text: str) -> str:
    address = clean(text).lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise NotAContact(_("An e-mail address looks like ten@example.vn.")) from error
    if len(address) > LONGEST_EMAIL:
        raise NotAContact(_("This e-mail address is too long."))
    return address


@transaction.atomic
def ask(
    *,
    user: User,
    kind: str,
    value: str,
    at: datetime,
    account: Account | None = None,
    replaces: ContactPoint | None = None,
) -> Asked:
    """Begin a change; an earlier one that was never proven is given up.

    :param value: as :func:`read` returns it
    :param account: of this contract; of the login itself without one
    :param replaces: the contact in whose place it comes, of the same account and kind
    :raises ChangeError: see its kinds
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if account is not None:
        Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        _check_account(user, account, kind, replaces, at)
    _check_new(user, kind, value, account)
    _check_limits(user, value, at)
    _give_up_unproven(user, kind, account, at)
    code = typed_codes.draw()
    change = ContactChange(
        user=user,
        account=account,
        replaces=replaces,
        kind=kind,
        value=value,
        value_hash=keyed_hash(value),
        asked_at=at,
    )
    change.code_hash = typed_codes.hashed(code, bound=_bound(change), sent_at=at)
    change.save()
    return Asked(change, code)


def _check_account(
    user: User, account: Account, kind: str, replaces: ContactPoint | None, at: datetime
) -> None:
    if not profile.may_change_contacts(account, user=user, at=at):
        raise NotAllowed
    if replaces is not None and (replaces.account_id, replaces.kind) != (account.pk, kind):
        raise NotAllowed


def _check_new(user: User, kind: str, value: str, account: Account | None) -> None:
    if account is None:
        now = user.email if kind == Kind.EMAIL else user.phone
        if value == now:
            raise SameAsNow
    elif contact_points.of_holder(account, kind=kind).filter(value=value).exists():
        raise SameAsNow


def _check_limits(user: User, value: str, at: datetime) -> None:
    """Count rows, so that it holds over all processes; the user's row is held meanwhile."""
    asked = ContactChange.objects.filter(user=user, asked_at__gt=at - DAY)
    if asked.count() >= MOST_A_DAY:
        raise TooMany
    to_value = ContactChange.objects.filter(value_hash=keyed_hash(value))
    for span, most in MOST_TO_VALUE.items():
        if to_value.filter(asked_at__gt=at - span).count() >= most:
            raise TooMany


def _give_up_unproven(user: User, kind: str, account: Account | None, at: datetime) -> None:
    found = ContactChange.objects.open().filter(kind=kind, account=account)
    if account is None:
        found = found.filter(user=user)
    for change in found.select_for_update():
        if change.is_held:
            raise Waits
        _close(change, why=Cancelled.AGAIN, at=at)


def prove(*, change: ContactChange, code: str, at: datetime) -> Proven:
    """Compare a typed code, at most five times; the right one starts the hold of a day.

    The try is counted and committed before the code is compared, so that tries in parallel find
    the limit, too. In a transaction of the caller nothing after it may fail on a wrong code.
    """
    unproven = ContactChange.objects.open().filter(pk=change.pk, proven_at=None)
    if not typed_codes.count_try(unproven, at=at, sent=ASKED):
        return Proven(Typed.DEAD)
    if not typed_codes.is_right(change, bound=_bound(change), code=code, sent=ASKED):
        return Proven(Typed.WRONG)
    return _hold(change, at)


@transaction.atomic
def _hold(change: ContactChange, at: datetime) -> Proven:
    cancel_code = "".join(secrets.choice(LETTERS) for _place in range(12))
    held = ContactChange.objects.open().filter(pk=change.pk, proven_at=None)
    if not held.update(
        proven_at=at, holds_until=at + HOLD, cancel_hash=keyed_hash(f"cancel:{cancel_code}")
    ):
        return Proven(Typed.DEAD)
    change.refresh_from_db()
    _record(change, at)
    return Proven(Typed.RIGHT, cancel_code)


def cancel(*, change: ContactChange, at: datetime, why: str = Cancelled.ASKER) -> bool:
    """Stop a change that is not in force yet; whether there was anything to stop."""
    with transaction.atomic():
        found = ContactChange.objects.open().select_for_update().filter(pk=change.pk).first()
        if found is None:
            return False
        _close(found, why=why, at=at)
        return True


def cancel_by_code(*, code: str, at: datetime) -> bool:
    """Stop the change whose code was sent to the old contact; whether there was one."""
    typed = "".join(sign for sign in clean(code).upper() if sign in LETTERS)
    found = ContactChange.objects.held().filter(cancel_hash=keyed_hash(f"cancel:{typed}")).first()
    return found is not None and cancel(change=found, at=at, why=Cancelled.OLD_CONTACT)


def apply_due(*, at: datetime) -> int:
    """Put in force what was held for a day; how many were. Safe to run twice at once."""
    keys = ContactChange.objects.due(at=at).order_by("pk").values_list("pk", flat=True)
    return sum(_apply_one(pk, at) for pk in keys[:500])


@transaction.atomic
def _apply_one(pk: int, at: datetime) -> int:
    due = ContactChange.objects.due(at=at).select_for_update(skip_locked=True)
    change = due.filter(pk=pk).first()
    if change is None:
        return 0
    try:
        _put_in_force(change, at)
    except logins.NotPossible:
        _close(change, why=Cancelled.NOT_POSSIBLE, at=at)
        return 0
    change.applied_at = at
    change.save(update_fields=["applied_at"])
    return 1


def _put_in_force(change: ContactChange, at: datetime) -> None:
    """:raises logins.NotPossible: the login lost the right meanwhile, or another has the value"""
    if change.account is not None:
        if not profile.may_change_contacts(change.account, user=change.user, at=at):
            raise logins.NotPossible
        contact_points.replace(
            account=change.account, kind=change.kind, value=change.value,
            old=change.replaces, verified_at=change.proven_at or at, at=at,
        )  # fmt: skip
    elif change.kind == Kind.EMAIL:
        logins.set_email(user=change.user, email=change.value)
    else:
        logins.set_phone(user=change.user, phone=change.value, at=at)


def _record(change: ContactChange, at: datetime) -> None:
    """For a contract everyone who can be reached is told, derived from this row."""
    if change.account is not None:
        link = profile.holders_link(change.account, user=change.user, at=at)
        detail = f"{change.get_kind_display()} {change.masked}"
        kind = AccountEvent.Kind.CONTACT_CHANGED
        events.record(
            account=change.account, kind=kind, at=at, by=change.user, link=link, detail=detail
        )


def _close(change: ContactChange, *, why: str, at: datetime) -> None:
    change.cancelled_at, change.cancelled_why = at, why
    change.save(update_fields=["cancelled_at", "cancelled_why"])


def _bound(change: ContactChange) -> str:
    """Of who asked, and for what, alone."""
    return f"prove:{change.user_id}:{change.account_id}:{change.kind}:{change.value_hash}"
