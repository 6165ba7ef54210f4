"""Language by choice only, no personal page in any cache, no NUL, staff only while they work.

And pages at the pace of a person.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from redis.exceptions import RedisError

from portal.site import staff_sessions

GetResponse = Callable[[HttpRequest], HttpResponse]
MINUTE = 60


class NoNulMiddleware:
    """PostgreSQL knows no NUL: an address that holds one is nobody's page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest()
        return self.get_response(request)


class LanguageByCookieMiddleware:
    """Vietnamese until the visitor switches; an English browser is no choice of a person."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class NoStoreMiddleware:
    """Pages of a signed-in person are kept by no cache, shared or private."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response.headers:
            patch_cache_control(response, private=True, no_store=True)
        return response


class StaffSessionMiddleware:
    """Staff who left their desk, or have been signed in for a day's work, are signed out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.is_staff:
            now = timezone.now()
            if staff_sessions.is_over(request.session, at=now):
                logout(request)
            else:
                staff_sessions.go_on(request.session, at=now)
        return self.get_response(request)


class PaceMiddleware:
    """Pages open to a customer at the pace of a person; who copies them all has to wait (T24).

    Staff have limits of their own, and so has the API.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or user.is_staff or request.path.startswith("/api/"):
            return None
        now = timezone.now()
        if not settings.PAGES_A_MINUTE or _asked(user.pk, at=now) <= settings.PAGES_A_MINUTE:
            return None
        response = render(request, "portal/too_fast.html", status=429)
        response.headers["Retry-After"] = str(MINUTE - int(now.timestamp()) % MINUTE)
        return response


def _asked(user: int, *, at: datetime) -> int:
    """How often ``user`` asked for a page in this minute, with this time."""
    key = f"pages:{user}:{int(at.timestamp()) // MINUTE}"
    try:
        cache.add(key, 0, 2 * MINUTE)
        return int(cache.incr(key))
    except (RedisError, ValueError):
        return 0  # nobody is kept from their bills because nothing can be counted
