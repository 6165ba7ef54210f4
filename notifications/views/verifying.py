"""Is this message really from us? Yes or no, and nothing that a stranger could use."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from notifications.services import fillings, refusing, rendering, whole_codes
from portal.lib.networks import caller_of
from portal.lib.sealed import keyed_hash
from portal.lib.text import clean

PER_HOUR = 60
HOUR = 3600


@login_not_required
@require_http_methods(["GET", "POST"])
def verify_notice(request: HttpRequest) -> HttpResponse:
    """Ask for the code printed in a notice; the answer comes by POST, so that no URL holds it."""
    typed = typed_code(request)
    context: dict[str, object] = {"typed": typed, "is_asked": bool(typed)}
    if typed and not is_allowed(request, "verify", per_hour=PER_HOUR):
        return render(request, "429.html", status=429)
    if typed:
        found = whole_codes.find(typed)
        notice = found.notice if found else None
        context["notice"] = notice
        context["written"] = written(found)
        if notice and refusing.to_stop(notice, at=timezone.now()):
            context["is_about_money"] = refusing.is_about_money(notice)
            context["is_stopped"] = refusing.is_stopped(notice)
            # The check code alone is read on the site too: only the message proves who may say it.
            context["can_stop"] = found is not None and found.is_whole and not context["is_stopped"]
    return render(request, "notifications/verify.html", context)


def written(found: whole_codes.Found | None) -> list[tuple[str, str]]:
    """What we wrote outside of the site, by channel; asked of an unknown code all the same."""
    told = fillings.told_outside(found.notice.pk if found else 0)
    knows = found is not None and found.is_whole
    said = [
        (
            one.wording.get_channel_display(),
            rendering.to_whoever_asks(one, has_whole_code=knows),
        )
        for one in told
    ]
    return list(dict.fromkeys(said))


def typed_code(request: HttpRequest) -> str:
    """What was typed as a code, fit to be shown again."""
    return clean(request.POST.get("code", "").replace("\0", ""))[:40]


def is_allowed(request: HttpRequest, what: str, *, per_hour: int) -> bool:
    """So many questions an hour from one caller: a person's pace, useless for guessing."""
    # Signing in knows which proxies to believe; the address itself is never kept.
    caller = caller_of(get_adapter().get_client_ip(request))
    key = f"{what}:{keyed_hash(caller)}"
    cache.add(key, 0, HOUR)
    return cache.incr(key) <= per_hour
