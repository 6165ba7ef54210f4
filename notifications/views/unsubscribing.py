"""Where the button of a mail program leads: the program posts, a person is asked first."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.services import unsubscribing
from portal.lib.text import mask_email


@csrf_exempt  # a mail program has no cookie of ours; the token is the proof
@login_not_required
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show what would end; end it by POST alone, as scanners open every address in a mail."""
    try:
        asked = unsubscribing.read(token)
    except unsubscribing.NotOurs:
        raise Http404 from None
    is_done = request.method == "POST"
    if is_done:
        unsubscribing.stop(asked=asked, at=timezone.now())
    context = {
        "kind": asked.kind.label,
        "address": mask_email(asked.address),
        "is_statutory": asked.is_statutory,
        "is_own": asked.is_own,
        "is_done": is_done,
    }
    return render(request, "notifications/unsubscribe.html", context)
