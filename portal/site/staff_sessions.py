"""Sessions of staff: one at a time, over when idle, and over after a day's work."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from customers.models import User
from customers.services import sessions

BEGAN, SEEN = "staff_began_at", "staff_seen_at"
# Every request would write the session; half a minute early is what that saves.
NOTED_EVERY = settings.DESK_IDLE / 30


def connect() -> None:
    """Have the clock of a staff session start at sign-in, by whatever way they came."""
    user_logged_in.connect(_begin, dispatch_uid="portal.site.staff_sessions")


def _begin(*, request: HttpRequest, user: User, **_: Any) -> None:
    if not user.is_staff:
        return
    sessions.end_all(user=user, but=request.session.session_key)
    request.session[BEGAN] = request.session[SEEN] = timezone.now().isoformat()


def is_over(session: SessionBase, *, at: datetime) -> bool:
    """Whether nobody used it for a while, it is a day old, or no sign-in of staff began it."""
    began, seen = _moment(session, BEGAN), _moment(session, SEEN)
    if began is None or seen is None:
        return True
    return at - seen > settings.DESK_IDLE or at - began > settings.DESK_LONGEST


def go_on(session: SessionBase, *, at: datetime) -> bool:
    """Note that somebody is there; whether the session has to be saved for it."""
    seen = _moment(session, SEEN)
    if seen is not None and at - seen < NOTED_EVERY:
        return False
    session[SEEN] = at.isoformat()
    return True


def _moment(session: SessionBase, name: str) -> datetime | None:
    return parse_datetime(session.get(name) or "")
