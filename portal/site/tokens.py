"""How a program says who it is: the token that it got when its person signed in."""

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.contrib.django_allauth import XSessionTokenAuthenticationScheme
from rest_framework.exceptions import PermissionDenied

from portal.sign_in.mfa import shows_second_factor

from . import staff_sessions


class TokenAuthentication(XSessionTokenAuthentication):
    """The token of a program; one of staff is over when their session in a browser would be.

    The key of a browser's session is such a token, so what keeps a browser out does so here, too.
    """

    def authenticate(self, request: HttpRequest) -> Any:
        found = super().authenticate(request)
        if not found or not found[0].is_staff:
            return found
        session, now = found[1], timezone.now()
        if staff_sessions.is_over(session, at=now):
            session.flush()
            return None
        if not shows_second_factor(session, found[0]):
            raise PermissionDenied
        if staff_sessions.go_on(session, at=now):
            session.save()
        return found


class TokenScheme(XSessionTokenAuthenticationScheme):  # type: ignore[no-untyped-call]
    """The same header in the API's description."""

    target_class = "portal.site.tokens.TokenAuthentication"
