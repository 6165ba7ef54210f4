"""A browser in which a login was signed in before: its tries are counted apart from strangers'.

It opens nothing: whoever has the cookie has five tries of a password of their own, no more. So
strangers from many addresses cannot keep the owner out where they always sign in.
"""

from secrets import token_hex

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from customers.models import User

SALT = "portal.sign_in.known"
AGE = 400 * 24 * 60 * 60  # seconds; browsers keep no cookie longer


def remember(request: HttpRequest, response: HttpResponse, *, user: User) -> None:
    """Let this browser be known for ``user``, until the password changes."""
    if browser_of(request, user=user):
        return
    value = signing.dumps([user.pk, _stamp(user), token_hex(8)], salt=SALT)
    response.set_cookie(
        settings.KNOWN_COOKIE_NAME,
        value,
        max_age=AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def browser_of(request: HttpRequest, *, user: User) -> str:
    """What names this browser among those known for ``user``; empty for any other."""
    try:
        value = request.COOKIES.get(settings.KNOWN_COOKIE_NAME, "")
        pk, stamp, name = signing.loads(value, salt=SALT, max_age=AGE)
    except (signing.BadSignature, TypeError, ValueError):
        return ""
    return str(name) if (pk, stamp) == (user.pk, _stamp(user)) else ""


def _stamp(user: User) -> str:
    return str(user.get_session_auth_hash())[:16]
