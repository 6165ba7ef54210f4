"""The inbox: what was told, over all addresses or at one, and one notice in full."""

from collections.abc import Sequence
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_safe

from customers.models import Right, User
from customers.queries import Place, places
from customers.visits import visit
from notifications import trace
from notifications.inbox import inbox, letter, letters
from notifications.models import Notice
from notifications.services import refusing
from notifications.services.inbox import keep_shown, opened
from notifications.services.own_choices import may_choose

PER_PAGE = 20


@require_GET
def inbox_list(request: HttpRequest) -> HttpResponse:
    """Notices of all my addresses."""
    mine = [place for place in places(request.user) if place.may(Right.NOTICES)]
    return render(request, "notifications/inbox.html", page_of(request, mine))


@require_GET
def account_notices(request: HttpRequest, number: str) -> HttpResponse:
    """Notices of one address."""
    at = visit(request, number, right=Right.NOTICES)
    context = at.context("account_notices", Right.NOTICES)
    return render(request, "notifications/inbox.html", {**context, **page_of(request, [at.here])})


@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """One notice; being shown to the holder or the household is what makes it seen.

    A GET that records is the exception here: a read receipt is what the page itself reports, and
    a button "I have read this" would leave most notices unconfirmed. A mail scanner cannot get
    here without the session; a browser that fetches ahead says so and is not counted. Nor is a
    relative: what they open tells nothing about whether the holder knows.
    """
    mine = {p.account.pk: p for p in places(request.user) if p.may(Right.NOTICES)}
    user = cast("User", request.user)
    found = get_object_or_404(
        inbox([place.account for place in mine.values()], reader=user), code=code
    )
    place = mine[found.account_id]
    now = timezone.now()
    if is_looked_at(request):
        keep_shown(notice=found, language=get_language() or "vi", at=now)
        # What one person asked for reached whom it was for.
        is_theirs = place.may(Right.CHANGE) or found.passing_id is not None
        if is_theirs and found.read_at is None:
            opened(notice=found, at=now)
    context = {
        "place": place,
        "may_choose": may_choose(place),
        "letter": letter(found, at=now),
        "why": trace.why(found),
        "steps": trace.steps(found, reader=user, is_holder=place.is_holder),
        **stopping(found, user),
    }
    return render(request, "notifications/notice.html", context)


def stopping(found: Notice, user: User) -> dict[str, bool]:
    """Whether the page offers to stop what the notice tells of, or says that it was."""
    if not refusing.may_refuse(found, by=user, at=timezone.now()):
        return {}
    is_stopped = refusing.is_stopped(found)
    about_money = refusing.is_about_money(found)
    return {"can_stop": not is_stopped, "is_stopped": is_stopped, "is_about_money": about_money}


def is_looked_at(request: HttpRequest) -> bool:
    """Whether a person sees the answer, rather than a browser that fetches or checks ahead."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return request.method == "GET" and not any("prefetch" in purpose for purpose in purposes)


def page_of(request: HttpRequest, mine: Sequence[Place]) -> dict[str, Any]:
    """One page of the notices of these addresses, each with the name of its address."""
    names = {place.account.pk: place.name for place in mine}
    notices = inbox([place.account for place in mine], reader=cast("User", request.user))
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("page"))
    written = letters(page, at=timezone.now())
    return {"page": page, "letters": [(one, names[one.notice.account_id]) for one in written]}
