"""Doing by HTTP what people do to get in, and reading what was sent to them."""

import re
import time
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client

from customers.models import User
from customers.tests.factories import PASSWORD, a_user
from notifications.models import DirectMessage

SIGN_UP, SIGN_IN = "/auth/signup/", "/auth/login/"
ASK_CODE, TYPE_CODE = "/auth/login/code/", "/auth/login/code/confirm/"
PROVE_PHONE, PROVE_EMAIL = "/auth/phone/verify/", "/auth/confirm-email/"
RESET = "/auth/password/reset/"


def a_customer(*, password: str | None = PASSWORD, **fields: Any) -> User:
    """A login with a proved e-mail address, and with a proved phone where one is given."""
    user = a_user(password=password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def last_message() -> DirectMessage:
    return DirectMessage.objects.order_by("pk").last()


def last_code() -> str:
    """The six digits of the newest message."""
    return re.search(r"\b\d{6}\b", last_message().text)[0]


def who(client: Client) -> User | None:
    """As whom this browser is signed in."""
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


def force_login(plain: Callable[..., None]) -> Callable[..., None]:
    """Django's ``Client.force_login``, after which staff have shown a second factor."""

    def force(client: Client, user: User, backend: str | None = None) -> None:
        plain(client, user, backend)
        if user.is_staff:
            _remember(client, user, {"method": "mfa", "at": 0})

    return force


def sign_in_now(client: Client, user: User) -> None:
    """Sign in by force, with the fresh proof that dangerous steps ask for."""
    client.force_login(user)
    method = "mfa" if user.is_staff else "password"
    _remember(client, user, {"method": method, "at": time.time(), "reauthenticated": True})


def _remember(client: Client, user: User, record: dict[str, Any]) -> None:
    """How this session was proven, and when, as allauth keeps it."""
    session = client.session
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
