"""What has to be in place before some pages open: a second factor, or more proof than an SMS.

And what is answered where allauth fails on what was sent to it.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from portal.lib.bodies import TOO_DEEP
from portal.sign_in.mfa import came_by_second_factor, lacks_handed_code
from portal.sign_in.proof import is_more_than_sms
from portal.sign_in.turns import PAGES, PROGRAMS

SECOND_FACTORS = {"mfa_activate_totp", "mfa_add_webauthn"}
"""Where one is set up."""


LASTING = SECOND_FACTORS | {"account_set_password", "account_change_password"}
"""What outlasts a phone number."""


# Where staff go without one: to set it up, and what is nobody's secret.
OPEN = (
    "/auth/",
    "/_allauth/",
    "/i18n/",
    "/verify/",
    "/unsubscribe/",
    "/hooks/",
    "/healthz",
    "/readyz",
)


class SecondFactorMiddleware:
    """What staff may see opens to a session that showed a second factor, and to no other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        if request.path == "/" or request.path.startswith(OPEN):
            return None
        user = request.user
        if not (user.is_authenticated and user.is_staff) or came_by_second_factor(request):
            return None
        if request.path.startswith("/api/"):
            raise PermissionDenied
        return redirect_to_login(request.get_full_path(), reverse("set_up_second_factor"))


class HandedCodeMiddleware:
    """After a lost second step was taken off, a code from hand to hand comes before a new one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        match = request.resolver_match
        if not match or match.view_name not in SECOND_FACTORS or not lacks_handed_code(request):
            return None
        return redirect("set_up_second_factor")


class MoreThanSmsMiddleware:
    """An SMS alone adds no password and no second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        match = request.resolver_match
        if not match or match.view_name not in LASTING or not request.user.is_authenticated:
            return None
        if is_more_than_sms(request, at=timezone.now()):
            return None
        return render(request, "account/more_than_sms.html", status=403)


class TooDeepMiddleware:
    """JSON too deep to be read is the fault of the asker.

    allauth reads it in bodies of programs and in the field of a passkey, and knows no such error.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RecursionError):
            return None
        if request.path.startswith(PROGRAMS):
            errors = [{"code": "too_deep", "message": str(TOO_DEEP)}]
            return JsonResponse({"status": 400, "errors": errors}, status=400)
        if request.path.startswith(PAGES):
            return HttpResponseBadRequest(str(TOO_DEEP), content_type="text/plain; charset=utf-8")
        return None
