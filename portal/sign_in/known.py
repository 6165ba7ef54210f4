"""A browser in which a login was signed in before: its tries are counted apart from strangers'.

It opens nothing: whoever has the cookie has five tries of a password of their own, and all known
browsers of a login together fifteen. So strangers from many addresses cannot keep the owner out
where they always sign in. Staff have none: at the desk there is a colleague to ask.
"""

from secrets import token_hex

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from customers.models import User

SALT = "portal.sign_in.known"
AGE = 400 * 24 * 60 * 60  # seconds; browsers keep no cookie longer


def remember(request: HttpRequest, response: HttpResponse, *, user: User) -> None:
    """Let this browser be known for ``user``, until the password changes or all are forgotten."""
    if user.is_staff or browser_of(request, user=user):
        return
    if not cache.add(_place(user), token_hex(8), AGE):
        cache.touch(_place(user), AGE)
    _write(response, user=user)


def forget_others(response: HttpResponse, *, user: User) -> None:
    """From now on no browser is known for ``user`` but the one that gets this response."""
    if user.is_staff:
        return
    cache.set(_place(user), token_hex(8), AGE)
    _write(response, user=user)


def _write(response: HttpResponse, *, user: User) -> None:
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
    if user.is_staff:
        return ""
    try:
        value = request.COOKIES.get(settings.KNOWN_COOKIE_NAME, "")
        pk, stamp, name = signing.loads(value, salt=SALT, max_age=AGE)
    except (signing.BadSignature, TypeError, ValueError):
        return ""
    return str(name) if (pk, stamp) == (user.pk, _stamp(user)) else ""


def _stamp(user: User) -> str:
    """What a cookie has to hold: of this password, and since all were forgotten the last time.

    The second part is lost with the cache; then no browser is known, which harms nobody for long.
    """
    return f"{user.get_session_auth_hash()[:16]} {cache.get(_place(user), 'none')}"


def _place(user: User) -> str:
    return f"known_browsers_of:{user.pk}"
