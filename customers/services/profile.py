"""A login's own name, e-mail address and phone, and what they are good for."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q, QuerySet

from customers.models import Account, AccountLink, Right, User
from customers.services import one_person


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


def holders_links(*, user: User, at: datetime) -> QuerySet[AccountLink]:
    """The links by which ``user`` holds contracts at ``at``."""
    return AccountLink.objects.holding(at=at).filter(user=user)


def holders_link(account: Account, *, user: User, at: datetime) -> AccountLink | None:
    """The link by which ``user`` holds this contract at ``at``, if they do."""
    return holders_links(user=user, at=at).filter(account=account).first()


def may_change_contacts(account: Account, *, user: User, at: datetime) -> bool:
    """Whether ``user`` holds the contract and may change where it is told."""
    link = holders_link(account, user=user, at=at)
    return link is not None and Right.CHANGE in link.opens
