"""Is this message really from us? Yes or no, and nothing that a stranger could use."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from notifications.models import Notice
from portal.lib.text import clean

PER_HOUR = 60
HOUR = 3600


@login_not_required
@require_http_methods(["GET", "POST"])
def verify_notice(request: HttpRequest) -> HttpResponse:
    """Ask for the code printed in a notice; the answer comes by POST, so that no URL holds it."""
    typed = clean(request.POST.get("code", "").replace("\0", ""))[:40]
    context: dict[str, object] = {"typed": typed, "is_asked": bool(typed)}
    if typed and not is_allowed(request):
        return render(request, "429.html", status=429)
    if typed:
        code = typed.upper().replace(" ", "").replace("-", "")
        context["notice"] = Notice.objects.filter(code=code).first()
    return render(request, "notifications/verify.html", context)


def is_allowed(request: HttpRequest) -> bool:
    """Sixty questions an hour from one address: a person's pace, useless for guessing."""
    key = f"verify:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, HOUR)
    return cache.incr(key) <= PER_HOUR
