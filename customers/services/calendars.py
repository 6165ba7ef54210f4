"""Private addresses of calendars: one a person, shown once, taken back at any time."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from customers.models import CalendarAddress, User

KEY_BYTES = 24


@transaction.atomic
def make(*, user: User, at: datetime) -> str:
    """A new key for the calendar of ``user``; the one before opens nothing any more."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    revoke(user=user, at=at)
    key = secrets.token_urlsafe(KEY_BYTES)
    CalendarAddress.objects.create(user=user, key_hash=_hash(key), made_at=at)
    return key


def revoke(*, user: User, at: datetime) -> bool:
    """Let nobody fetch the calendar of ``user``; whether somebody could before."""
    return bool(user.calendar_addresses.filter(revoked_at=None).update(revoked_at=at))


def owner(key: str) -> User | None:
    """Whose calendar a key opens; None where it opens none."""
    standing = CalendarAddress.objects.in_force().select_related("user")
    found = standing.filter(key_hash=_hash(key)).first()
    return found.user if found else None


def _hash(key: str) -> str:
    # 192 random bits need no salt: nobody can try them out.
    return sha256(key.encode()).hexdigest()
