"""Where a login is signed in, ended from here."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.dispatch import Signal

from customers.models import User

all_ended = Signal()
"""Every session of ``user`` was ended: whoever keeps something for its browsers lets go of it.

For layers above, which this one does not know; in the transaction in which it was done.
"""


def end_all(*, user: User, but: str | None = None) -> int:
    """End each session of ``user``, except the one with the key ``but``; how many.

    Without ``but`` it is said as :data:`all_ended`, also where no session was left.
    """
    found = list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))
    get_adapter().end_sessions(found)
    if but is None:
        all_ended.send(sender=User, user=user)
    return len(found)
