"""Logins that somebody began to sign up and nobody has proved an address of.

They hold no password and nothing else: whoever proves the address first, owns the login. So it
does not matter who typed the address, and a second sign-up simply goes on with the same row.
"""

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, QuerySet

from customers.models import AccountLink, User


def of_email(email: str) -> User | None:
    """The unproved login that stands for this e-mail address."""
    return _unproved().filter(email=email).first()


def of_phone(phone: str) -> User | None:
    """The unproved login that stands for this number, in E.164."""
    return _unproved().filter(phone=phone).first()


def find(*, email: str | None, phone: str | None) -> User | None:
    """The unproved login that stands for the one address that is given."""
    return of_email(email) if email else of_phone(phone or "")


def _unproved() -> QuerySet[User]:
    proved = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    linked = AccountLink.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(
        ~Exists(proved),
        ~Exists(linked),
        last_login=None,
        phone_verified_at=None,
        is_staff=False,
        is_active=True,
        password__startswith="!",  # noqa: S106 no usable password
    )
