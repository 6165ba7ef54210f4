"""Where a login is signed in, ended from here."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession

from customers.models import User


def end_all(*, user: User, but: str | None = None) -> int:
    """End each session of ``user``, except the one with the key ``but``; how many.

    Without ``but`` their browsers are told by push no more, also where no session was left.
    """
    found = list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))
    adapter = get_adapter()
    adapter.end_sessions(found)
    if but is None:
        adapter.forget_devices(user=user)
    return len(found)
