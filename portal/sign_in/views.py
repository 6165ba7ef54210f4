"""Pages of signing in that allauth has not."""

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_login_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import RateLimited, respond_429
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.sign_in import again
from portal.sign_in.mfa import came_by_second_factor, lacks_second_factor


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


@require_safe
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """What staff see first: why there is a second step, and the two ways to have one.

    Who has one, and has not shown it in this session, is asked for it.
    """
    if lacks_second_factor(request.user):
        return render(request, "mfa/set_up.html")
    onward = get_login_redirect_url(request)
    if not request.user.is_staff or came_by_second_factor(request):
        return redirect(onward)
    return redirect_to_login(onward, _way_to_show_it(request))


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
