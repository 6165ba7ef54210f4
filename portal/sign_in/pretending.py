"""Doing for an address that has a login what is done for a new one, and undoing it.

How long the rows of a new login take to write would tell who has one already.
"""

import secrets

from allauth.account.models import EmailAddress
from allauth.account.utils import setup_user_email
from django.db import transaction
from django.http import HttpRequest

from customers.models import User
from portal.sign_in import placeholders


def sign_up(request: HttpRequest, *, by_email: bool) -> None:
    """Write the rows of a new login with a made-up address, and take them back."""
    with transaction.atomic():
        # Nobody's for ever: RFC 6761 keeps ".invalid" free, and no number begins with a zero.
        email = f"{secrets.token_hex(8)}@sign-up.invalid" if by_email else None
        phone = None if by_email else f"+840{secrets.randbelow(10**12):012d}"
        placeholders.find(email=email, phone=phone)
        user = User(email=email, phone=phone)
        user.set_unusable_password()
        user.save()
        EmailAddress.objects.filter(user=user).delete()
        setup_user_email(request, user, [EmailAddress(email=email)] if email else [])
        transaction.set_rollback(True)
