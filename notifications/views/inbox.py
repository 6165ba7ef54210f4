"""The inbox: what was told, over all addresses or at one, and one notice in full."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_safe

from customers.queries import Right, places
from customers.visits import visit
from notifications import inbox
from notifications.services import inbox as inbox_service

PER_PAGE = 20


@require_GET
def inbox_list(request: HttpRequest) -> HttpResponse:
    """Notices of all my addresses."""
    mine = places(request.user)
    page = Paginator(inbox.of_places(mine), PER_PAGE).get_page(request.GET.get("page"))
    items = inbox.items(page, places=mine, language=language())
    return render(request, "notifications/inbox.html", {"page": page, "items": items})


@require_GET
def account_notices(request: HttpRequest, number: str) -> HttpResponse:
    """Notices of one address."""
    at = visit(request, number, right=Right.NOTICES)
    page = Paginator(inbox.of_places([at.here]), PER_PAGE).get_page(request.GET.get("page"))
    items = inbox.items(page, places=[at.here], language=language())
    context = at.context("account_notices", Right.NOTICES)
    return render(request, "notifications/inbox.html", {**context, "page": page, "items": items})


@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """One notice; being shown to its owner is what makes it seen.

    A GET that records is the exception here: a read receipt is what the page itself reports, and
    a button "I have read this" would leave most notices unconfirmed. A mail scanner cannot get
    here without the session; a browser that fetches ahead says so and is not counted.
    """
    mine = places(request.user)
    found = get_object_or_404(inbox.of_places(mine), code=code)
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        inbox_service.opened(notice=found, at=timezone.now())
    context = {
        "notice": found,
        "words": inbox.words(found, language()),
        "steps": inbox.steps(found),
    }
    return render(request, "notifications/notice.html", context)


def language() -> str:
    """The language of the page, in which the inbox is shown too."""
    return get_language() or "vi"
