"""A browser is told by push while its person is signed in there: signing out ends it.

So does a new password in any other browser: whoever chooses one wants strangers out.
"""

from collections.abc import Collection
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.core import context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from customers.models import User
from customers.services.sessions import all_ended
from notifications.services import devices


def connect() -> None:
    """Have browsers forgotten at sign-out, after a new password, when somebody else signs in."""
    user_logged_out.connect(_left, dispatch_uid="portal.site.push_devices.left")
    user_logged_in.connect(_came, dispatch_uid="portal.site.push_devices.came")
    for signal in (password_changed, password_reset, password_set):
        signal.connect(_chose_password, dispatch_uid="portal.site.push_devices.password")
    all_ended.connect(_ended_everywhere, dispatch_uid="portal.site.push_devices.ended")


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Sessions that are ended from elsewhere; nobody knows in which browsers they were."""

    def end_sessions(self, sessions: Collection[UserSession]) -> None:
        """End them, and tell their people by no browser but the one in which this was asked."""
        for user in {session.user for session in sessions}:
            devices.forget_signed_out(user=user, but=_key(context.request))
        super().end_sessions(sessions)


def forget_others(request: HttpRequest, *, user: User) -> None:
    """Tell ``user`` by no browser but the one that asks."""
    devices.forget_signed_out(user=user, but=_key(request))


def _chose_password(*, request: HttpRequest, user: User, **_: Any) -> None:
    forget_others(request, user=user)


def _ended_everywhere(*, user: User, **_: Any) -> None:
    """Tell ``user`` by no browser any more; by the one that asks alone where it is theirs."""
    request = context.request
    is_own = request is not None and getattr(request, "user", None) == user
    devices.forget_signed_out(user=user, but=_key(request) if is_own else "")


def _left(*, request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if (key := _key(request)) and user is not None:
        devices.forget(key=key, user=user)


def _came(*, request: HttpRequest | None, user: User, **_: Any) -> None:
    if key := _key(request):
        devices.taken_over(key=key, by=user)


def _key(request: HttpRequest | None) -> str:
    return request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "") if request else ""
