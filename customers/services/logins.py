"""A login's own name, e-mail address and phone: proven by its person, or corrected at the desk."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from customers.models import ContactChange, User
from customers.services import one_person, sessions
from portal.lib.history import signed

ENDS_SESSIONS = frozenset({"email", "phone", "unit", "is_staff", "is_active"})
"""Changed by somebody else, the person signs in again."""

LETTERS = {"email": "account/email/email_changed", "phone": "phone_changed"}


class NotPossible(Exception):
    """Another login has this value, or the right to change it was lost meanwhile."""


def rename(*, user: User, name: str) -> User:
    """Call the login by another name."""
    user.name = name
    user.save(update_fields=["name"])
    return user


@transaction.atomic
def set_email(*, user: User, email: str) -> None:
    """Let a login have this proven address, and no other.

    :raises NotPossible: another login has it, or two of staff would be one person's
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if owner_of_email(email, but=user) is not None:
        raise NotPossible
    if locked.is_staff and one_person.has_mailbox(email, but=user):
        raise NotPossible
    # A sign-up that nobody proved does not keep an address from whoever has it.
    User.objects.filter(email=email).exclude(pk=user.pk).update(email=None, is_active=False)
    EmailAddress.objects.filter(email__iexact=email).delete()
    EmailAddress.objects.filter(user=locked).delete()
    EmailAddress.objects.create(user=locked, email=email, verified=True, primary=True)
    locked.email = email
    locked.save(update_fields=["email"])


def owner_of_email(email: str, *, but: User) -> User | None:
    """The login of another person who has proven this address, or has signed in with it."""
    others = User.objects.filter(Q(email=email) | Q(emailaddress__email__iexact=email))
    proven = Q(emailaddress__email__iexact=email, emailaddress__verified=True)
    used = Q(last_login__isnull=False) | Q(links__isnull=False) | Q(is_staff=True)
    return others.filter(proven | used).exclude(pk=but.pk).first()


@transaction.atomic
def set_phone(*, user: User, phone: str, at: datetime) -> None:
    """Let a login have this proven number; whoever had it before has it no more."""
    release_phone(phone=phone, to=user)
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    locked.phone, locked.phone_verified_at = phone, at
    locked.save(update_fields=["phone", "phone_verified_at"])


@transaction.atomic
def release_phone(*, phone: str, to: User) -> User | None:
    """Take a number that ``to`` has just proven from the login that had it; returns that login.

    Operators give numbers to new people: the old login must not open to the new one. Where it was
    the only way in, the login is closed until its person is known again.
    """
    others = User.objects.select_for_update(no_key=True).filter(phone=phone).exclude(pk=to.pk)
    before = others.first()
    if before is None:
        return None
    if not before.email:
        before.is_active = False
    before.phone, before.phone_verified_at = None, None
    before.save(update_fields=["phone", "phone_verified_at", "is_active"])
    return before


@signed
@transaction.atomic
def correct(*, user: User, by: User | None, at: datetime, **values: Any) -> User:
    """Write what somebody else than its person says of a login: nothing of it is proven.

    A new phone has no proof until its person shows one, a new e-mail address neither, and an old
    address opens nothing any more; it is told, since who had it may be the one who is robbed. A
    change that the login asked for and that is still held comes to nothing.

    :raises NotPossible: another login has proven the address
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    old_email = locked.email
    changed = {name for name, value in values.items() if getattr(locked, name) != value}
    for name in changed:
        setattr(locked, name, values[name])
    if "phone" in changed:
        locked.phone_verified_at = None
    if "email" in changed:
        _exchange_email(locked)
    # What the login itself asked for before would come over what is written now.
    ContactChange.objects.open().filter(user=locked, account=None, kind__in=changed).update(
        cancelled_at=at, cancelled_why=ContactChange.Cancelled.NOT_POSSIBLE
    )
    if changed:
        locked.save()
    if changed & ENDS_SESSIONS:
        sessions.end_all(user=locked)
    _tell_old_address(locked, changed, old_email)
    user.refresh_from_db()
    return user


def _exchange_email(user: User) -> None:
    """Let allauth know the login by its new address alone, and that one as unproven."""
    if user.email and owner_of_email(user.email, but=user) is not None:
        raise NotPossible
    EmailAddress.objects.filter(user=user).delete()
    if user.email:
        EmailAddress.objects.filter(email__iexact=user.email).delete()
        EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)


def _tell_old_address(user: User, changed: set[str], email: str | None) -> None:
    """Only by mail: an old number may be somebody else's by now."""
    for name in ("email", "phone"):
        if email and name in changed:
            get_adapter().send_notification_mail(LETTERS[name], user, email=email)
