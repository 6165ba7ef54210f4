"""One request of a session at a time, where codes and passwords are tried.

allauth keeps a code and its failed tries in the session: read, compared, written back. Sixty
requests at once would each read "no failed try yet". Taken in turn, five compares are five, a
code that was used is gone, and that holds for every kind of code and for programs, too.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from allauth.core.internal.ratelimit import respond_429
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

PAGES, PROGRAMS = "/auth/", "/_allauth/"
SAFE = {"GET", "HEAD", "OPTIONS"}
PATIENCE, FIRST_REST, LONGEST_REST = 10.0, 0.01, 0.1  # seconds


class InTurnMiddleware:
    """Stands outside the session's own middleware: a turn ends after the session is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = _session_of(request)
        if not session or request.method in SAFE or not request.path.startswith((PAGES, PROGRAMS)):
            return self.get_response(request)
        with _turn(session) as is_mine:
            return self.get_response(request) if is_mine else respond_429(request)


def _session_of(request: HttpRequest) -> str:
    """What names the session here: a browser's cookie, or the token of a program.

    Each in its own place: a browser that sends a new token with each request has one turn still.
    """
    if request.path.startswith(PROGRAMS):
        return request.headers.get("X-Session-Token", "")
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


@contextmanager
def _turn(session: str) -> Iterator[bool]:
    """Hold the session's lock, or give up and yield False; a dead connection lets go of it."""
    key = int.from_bytes(hashlib.sha256(session.encode()).digest()[:8], signed=True)
    if not _take(key):
        yield False
        return
    try:
        yield True
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _take(key: int) -> bool:
    deadline, rest = time.monotonic() + PATIENCE, FIRST_REST
    while not _try(key):
        if time.monotonic() > deadline:
            return False
        time.sleep(rest)
        rest = min(2 * rest, LONGEST_REST)
    return True


def _try(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        return bool(cursor.fetchone()[0])
