"""Pages of signing in that allauth has not."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_login_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import RateLimited, respond_429
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from customers.models import User
from customers.services import lost_factors
from portal.sign_in import again
from portal.sign_in.mfa import (
    came_by_second_factor,
    keep_handed_code,
    lacks_handed_code,
    lacks_second_factor,
)
from portal.sign_in.mfa_forms import HandedCodeForm


@login_not_required
@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """A new code for whatever this session waits for."""
    try:
        return redirect(again.send(request))
    except ImmediateHttpResponse as refused:
        return refused.response
    except RateLimited:
        return respond_429(request)


@require_http_methods(["GET", "HEAD", "POST"])
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """What staff see first: why there is a second step, and the two ways to have one.

    Who has one, and has not shown it in this session, is asked for it.
    """
    if lacks_second_factor(request.user):
        if lacks_handed_code(request):
            return _handed_code(request)
        return render(request, "mfa/set_up.html")
    onward = get_login_redirect_url(request)
    if not request.user.is_staff or came_by_second_factor(request):
        return redirect(onward)
    return redirect_to_login(onward, _way_to_show_it(request))


def _handed_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that a supervisor says to whoever lost their second step."""
    form = HandedCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        lost = lost_factors.redeem(user=cast("User", request.user), code=code, at=timezone.now())
        if lost:
            keep_handed_code(request, lost)
            return redirect(request.get_full_path())
        form.refuse()
    return render(request, "mfa/handed_code.html", {"form": form})


def _way_to_show_it(request: HttpRequest) -> str:
    """The page that asks for the second factor: a passkey's where there is nothing else."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    urls = [method["url"] for method in methods if method["id"].startswith("mfa_")]
    return str(urls[0])


@login_not_required
def not_here(request: HttpRequest) -> HttpResponse:
    """Nothing is here for anybody.

    :raises Http404: always
    """
    raise Http404
