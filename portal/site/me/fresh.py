"""Steps that need a proof of who asks from the last five minutes, however they signed in."""

import time
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from portal.site.me.people import person

View = Callable[..., HttpResponseBase]


def fresh(*, allow_get: bool = False) -> Callable[[View], View]:
    """A view for people who have just proven who they are; ``allow_get``: showing it needs none.

    Who has a password or a second step is asked for it. Who signs in by a code alone has nothing
    to be asked for, and signs in again: allauth would let a stolen session pass there.
    """

    def decorate(view: View) -> View:
        checked = reauthentication_required(view)

        @wraps(view)
        def fresh_view(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if allow_get and request.method == "GET":
                return view(request, *args, **kwargs)
            if get_adapter().get_reauthentication_methods(request.user) or _is_recent(request):
                return checked(request, *args, **kwargs)
            return _sign_in_again(request)

        return fresh_view

    return decorate


def _is_recent(request: HttpRequest) -> bool:
    records = get_authentication_records(request, person(request))
    latest = max((record["at"] for record in records), default=0)
    return time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    path = request.get_full_path()
    logout(request)
    messages.info(request, _("To protect your data, please sign in again for this step."))
    return redirect_to_login(path)
