"""A colleague's lost second step at the desk: asked by one supervisor, taken off by another."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.admin.staff import member
from customers.forms import LostFactorForm
from customers.models import LostFactor, User
from customers.services import lost_factors
from portal.lib.said import moment
from portal.sign_in import letters

VIEW, DECIDE = "customers.view_lostfactor", lost_factors.DECIDE
State = LostFactor.State
TONES = {State.WAITING: "wait", State.APPROVED: "success", State.REFUSED: "off",
         State.LAPSED: "warning"}  # fmt: skip
# What each act does, what is written to the three about it, and what its doer reads.
ACTS: dict[str, tuple[Any, str, Any]] = {
    "approve": (
        lost_factors.approve,
        "second_step_taken_off",
        gettext_lazy("Taken off. Now hand the colleague a code, with which they set up a new one."),
    ),
    "refuse": (
        lost_factors.refuse,
        "second_step_kept",
        gettext_lazy("Refused. Nothing has changed."),
    ),
}


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, user_id: int) -> HttpResponse:
    """Say what happened and how the colleague was recognised; another supervisor decides."""
    by = member(request)
    if not by.has_perm(DECIDE):
        raise Http404
    user = get_object_or_404(User, pk=user_id)
    if not lost_factors.may_help(by=by, user=user):
        raise Http404
    form = LostFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (lost := _asked(form, user, by)):
        messages.success(request, _("Recorded. Another supervisor decides within a day."))
        return redirect("admin:customers_lostfactor_change", lost.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("A colleague lost their second step"),
        "person": user,
        "form": form,
    }
    return TemplateResponse(request, "desk/lost_factor_ask.html", context)


def _asked(form: LostFactorForm, user: User, by: User) -> LostFactor | None:
    """The request, of which the three are told; None where the service refused it."""
    at = timezone.now()
    given = {name: form.cleaned_data[name] for name in ("why", "recognised")}
    try:
        with transaction.atomic():
            lost = lost_factors.ask(user=user, by=by, at=at, **given)
            _tell("second_step_asked", lost, at=at)
    except lost_factors.LostFactorError as error:
        form.add_error(None, str(error))
        return None
    return lost


@require_GET
def show(request: HttpRequest, lost_id: int) -> HttpResponse:
    """Who, why, on whose word; and what this person may decide."""
    lost, at = _found(request, lost_id), timezone.now()
    return _page(request, lost, at=at)


@require_POST
def hand_over(request: HttpRequest, lost_id: int) -> HttpResponse:
    """A code for the colleague's ear, shown once: it goes by no mail, which a thief may read."""
    by, at = member(request), timezone.now()
    lost = _found(request, lost_id)
    if not by.has_perm(DECIDE):
        raise Http404
    try:
        code = lost_factors.hand_over(lost=lost, by=by, at=at)
    except lost_factors.TooManyCodes:
        messages.warning(request, _("A code was made a moment ago, or too often. Try later."))
    except lost_factors.LostFactorError as error:
        messages.error(request, str(error))
    else:
        return _page(request, lost, at=at, code=code)
    return redirect("admin:customers_lostfactor_change", lost.pk)


def _page(request: HttpRequest, lost: LostFactor, *, at: datetime, code: str = "") -> HttpResponse:
    state = lost.state_at(at)
    context = {
        **admin.site.each_context(request),
        "title": _("Lost second step: %(name)s") % {"name": lost.user},
        "lost": lost,
        "state": state,
        "tone": TONES[state],
        "facts": _facts(lost),
        "may": _may(member(request), lost, at=at),
        "code": code,
        "code_minutes": lost_factors.CODE_LASTS // timedelta(minutes=1),
    }
    return TemplateResponse(request, "desk/lost_factor.html", context)


@require_POST
def decide(request: HttpRequest, lost_id: int, verb: str) -> HttpResponse:
    """Take the second step off, or refuse to; the three are told."""
    by, at = member(request), timezone.now()
    lost = _found(request, lost_id)
    if verb not in ACTS or not (by.has_perm(DECIDE) or lost.user_id == by.pk):
        raise Http404
    act, letter, done = ACTS[verb]
    try:
        with transaction.atomic():
            decided = act(lost=lost, by=by, at=at)
            _tell(letter, decided, at=at)
    except lost_factors.LostFactorError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("admin:customers_lostfactor_change", lost.pk)


def _found(request: HttpRequest, lost_id: int) -> LostFactor:
    rows = LostFactor.objects.open_to(member(request))
    rows = rows.select_related("user", "asked_by", "decided_by")
    return get_object_or_404(rows, pk=lost_id)


def _facts(lost: LostFactor) -> list[tuple[str, str]]:
    rows = [
        (_("Colleague"), str(lost.user)),
        (_("What happened"), lost.why),
        (_("How they were recognised"), lost.get_recognised_display()),
        (_("Asked for by"), f"{lost.asked_by} · {moment(lost.asked_at)}"),
        (_("Lapses"), moment(lost.lapses_at) if lost.state == State.WAITING else ""),
        (
            _("Decided by"),
            f"{lost.decided_by} · {moment(lost.decided_at)}" if lost.decided_at else "",
        ),
    ]
    return [(label, value) for label, value in rows if value]


def _may(by: User, lost: LostFactor, *, at: datetime) -> dict[str, bool]:
    """The buttons that would work; the service has the last word."""
    return {
        "list": by.has_perm(VIEW),
        "approve": lost_factors.may_approve(lost=lost, by=by, at=at),
        "refuse": lost_factors.may_refuse(lost=lost, by=by, at=at),
        "hand_over": lost_factors.may_hand_over(lost=lost, by=by),
        "wait": lost.waits(at=at) and lost.asked_by_id == by.pk,
    }


def _tell(name: str, lost: LostFactor, *, at: datetime) -> None:
    """Write to who lost it, who asked and who decided, each once."""
    path = reverse("admin:customers_lostfactor_change", args=[lost.pk])
    words = {
        "person": str(lost.user),
        "asked_by": str(lost.asked_by),
        "decided_by": str(lost.decided_by) if lost.decided_by else "",
        "why": lost.why,
        "page": settings.SITE_URL + path,
    }
    people = {lost.user, lost.asked_by, lost.decided_by}
    for email in sorted({one.email for one in people if one and one.email}):
        letters.mail(name=name, to=email, words=words, from_ip="", at=at)
