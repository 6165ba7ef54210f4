"""Deciding on arrangements and undoing them: the list of what waits, and one act at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from customers.models import Arrangement, Look, User
from customers.services import arrangements, looks
from customers.words import particulars
from portal.lib.said import day, moment

from .opening import question
from .staff import member

PER_PAGE = 20

DECIDE = "customers.decide_arrangement"
CHANGE = "customers.change_arrangement"
ACTS: dict[str, tuple[str, Any]] = {
    "approve": (DECIDE, _("Approved: it is in force.")),
    "refuse": (DECIDE, _("Refused. Tell the customer why.")),
    "undo": (CHANGE, _("Undone: everything is as before.")),
}


@dataclass(frozen=True)
class Choices:
    """What one person may do about one arrangement at one moment."""

    decide: bool
    own_request: bool
    withdraw: bool
    undo: bool
    renew: bool
    end: bool


def choices(user: User | AnonymousUser, arrangement: Arrangement, *, at: datetime) -> Choices:
    """The buttons that would work; the services have the last word."""
    waits = arrangement.state == Arrangement.State.REQUESTED
    in_force = arrangement.state == Arrangement.State.IN_FORCE
    holds = arrangement.state in arrangements.HOLDING
    own = arrangement.requested_by_id == user.pk
    may_change = user.has_perm(CHANGE)
    return Choices(
        decide=waits and not own and user.has_perm(DECIDE),
        own_request=waits and own,
        withdraw=waits and may_change,
        undo=in_force and may_change and at < arrangement.undoable_until,
        renew=holds and may_change,
        end=holds and may_change,
    )


@dataclass(frozen=True)
class Card:
    """One arrangement in the list of the supervisor."""

    arrangement: Arrangement
    particulars: list[tuple[str, str]]
    requested: str
    begins: str
    may: Choices


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, oldest first, and what can still be undone."""
    if not request.user.has_perm("customers.view_arrangement"):
        raise Http404
    at = timezone.now()
    rows = Arrangement.objects.visible_to(request.user).with_terms()
    page = Paginator(rows.waiting().oldest_first(), PER_PAGE).get_page(request.GET.get("page"))
    recent = rows.undoable_at(at).newest_first()[:PER_PAGE]
    context = {
        **admin.site.each_context(request),
        "title": _("Arrangements that wait for a decision"),
        "page": page,
        "waiting": [_card(one, request.user, at) for one in page],
        "recent": [_card(one, request.user, at) for one in recent],
    }
    return TemplateResponse(request, "admin/customers/arrangement/waiting.html", context)


def _card(arrangement: Arrangement, user: User | AnonymousUser, at: datetime) -> Card:
    may = choices(user, arrangement, at=at)
    return Card(
        arrangement=arrangement,
        # Whoever neither asked nor decides has no work with it that would be a reason to look.
        particulars=particulars(arrangement) if may.decide or may.own_request else [],
        requested=moment(arrangement.requested_at),
        begins=day(arrangement.starts_on),
        may=may,
    )


@require_POST
def act(request: HttpRequest, arrangement_id: int, verb: str) -> HttpResponse:
    """Approve, refuse or undo; then back to where the button was."""
    permission, done = ACTS.get(verb, ("", ""))
    if not permission or not request.user.has_perm(permission):
        raise Http404
    rows = Arrangement.objects.visible_to(request.user).select_related("account__unit")
    arrangement = get_object_or_404(rows, pk=arrangement_id)
    # Undoing is no review: without a reason it would open the account to whoever undoes.
    page = f"arrangement {arrangement.pk}"
    if verb == "undo" and question(request, arrangement.account, page=page):
        return redirect("admin:customers_arrangement_change", arrangement.pk)
    now = timezone.now()
    why = {"why": request.POST.get("why", "")[:200]} if verb == "refuse" else {}
    try:
        getattr(arrangements, verb)(arrangement=arrangement, by=member(request), at=now, **why)
    except arrangements.ArrangementError as error:
        messages.error(request, str(error))
        return redirect("admin:customers_arrangement_change", arrangement.pk)
    if verb != "undo":
        looks.record(
            user=member(request),
            subject=arrangement.account,
            page=page,
            reason=Look.Reason.REVIEW,
            reference=arrangement.reference,
            at=now,
        )
    messages.success(request, done)
    if request.POST.get("back") == "waiting":
        return redirect("admin:customers_arrangement_waiting")
    return redirect("admin:customers_arrangement_change", arrangement.pk)
