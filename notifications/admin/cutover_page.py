"""The page of one cut-over: what it means, worked out and measured, who is rung, what is next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from customers.admin.staff import member
from customers.models import User
from notifications.models import Cutover, PolicyTrial
from notifications.queries import AGES
from notifications.queries import cutovers as queries
from notifications.queries.cutovers import Sides
from notifications.services import cutovers
from notifications.services.cutover_figures import MEASURED
from portal.lib import said
from portal.lib.money import dong
from portal.lib.periods import local_day
from portal.lib.text import clean

from .call_files import TAKE, record_numbers
from .cutover_calls import call, cutover_of
from .trying import LOOK_AGAIN, ring_for_trials

PLAN = "notifications.add_cutover"
APPROVE, CHANGE = "notifications.approve_cutover", "notifications.change_cutover"
# Each act: what it asks for, and what is said once it is done.
ACTS: dict[str, tuple[str, Any]] = {
    "work-out": (PLAN, _("Being worked out. This takes up to a minute.")),
    "approve": (APPROVE, _("Approved. It holds from its day on.")),
    "take-back": (CHANGE, _("Taken back. Bills that are planned from now on go by SMS again.")),
}
PER_PAGE = 50
State = Cutover.State


def state_of(cutover: Cutover, *, at: datetime) -> tuple[str, Any]:
    """Its tone and its words at one moment."""
    if cutover.state == State.DRAFT:
        return "wait", State.DRAFT.label
    if cutover.state == State.TAKEN_BACK:
        return "off", State.TAKEN_BACK.label
    if cutover.is_in_force(on=local_day(at)):
        return "success", _("In force")
    return "info", _("Approved, not begun")


@dataclass(frozen=True)
class Choices:
    """What one person may do about a cut-over at one moment; the services have the last word."""

    work_out: bool
    approve: bool
    take_back: bool
    planned_it: bool


def choices(cutover: Cutover, user: User, *, at: datetime) -> Choices:
    """The buttons that would work."""
    is_draft, own = cutover.state == State.DRAFT, cutover.made_by_id == user.pk
    is_to_come = cutover.starts_on > local_day(at)
    counted = cutover.counted_at
    fresh = counted is not None and counted >= at - cutovers.COUNT_HOLDS
    return Choices(
        work_out=is_draft and is_to_come and user.has_perm(PLAN),
        approve=is_draft and is_to_come and fresh and not own and user.has_perm(APPROVE),
        take_back=cutover.state != State.TAKEN_BACK and user.has_perm(CHANGE),
        planned_it=own,
    )


@require_GET
def show(request: HttpRequest, cutover_id: int) -> HttpResponse:
    """What it would mean, and, once it holds, what it meant."""
    return page(request, cutover_of(request, cutover_id))


def page(request: HttpRequest, cutover: Cutover, *, revealed: int | None = None) -> HttpResponse:
    """The page, with the number of one person to ring where theirs is ``revealed``."""
    at, user = timezone.now(), member(request)
    tone, words = state_of(cutover, at=at)
    calls = Paginator(queries.to_call(cutover, user=user), PER_PAGE)
    shown = calls.get_page(request.GET.get("page"))
    is_open = cutover.trial is not None and cutover.trial.state == PolicyTrial.State.OPEN
    context = {
        **admin.site.each_context(request),
        "title": _("Cut-over: %(company)s") % {"company": cutover.unit},
        "cutover": cutover,
        "starts_on": said.day(cutover.starts_on),
        "tone": tone,
        "state": words,
        "may": choices(cutover, user, at=at),
        "is_waiting": cutover.state == State.DRAFT,
        "is_worked_out": cutover.counted_at is not None,
        "is_being_worked_out": is_open,
        "has_failed": cutover.trial is not None and cutover.trial.state == "failed",
        "steps": _steps(cutover),
        "page": shown,
        "calls": [call(loss, cutover, revealed=revealed) for loss in shown],
        "may_download": user.has_perm(TAKE),
        **_figures(cutover),
    }
    answer = TemplateResponse(request, "admin/notifications/cutover/show.html", context)
    if is_open:
        answer["Refresh"] = LOOK_AGAIN
    return answer


@require_POST
def reveal_loss(request: HttpRequest, cutover_id: int, loss_id: int) -> HttpResponse:
    """The same page with the number of one person to ring; that it was shown is recorded."""
    cutover = cutover_of(request, cutover_id)
    loss = get_object_or_404(queries.to_call(cutover, user=request.user), pk=loss_id)
    record_numbers(request, loss.account, reference=f"cutover {loss.cutover_id}")
    return page(request, cutover, revealed=loss.pk)


def _figures(cutover: Cutover) -> dict[str, Any]:
    """The same figures side beside side, as sentences and as tables."""
    figures = list(cutover.figures.order_by("ward", "age"))
    found = queries.whole(figures)
    is_measured = cutover.measured_until is not None
    return {
        "is_measured": is_measured,
        "sentences": _sentences(cutover, found),
        "compared": _compared(found, is_measured=is_measured),
        "by_ward": _lines(queries.by(figures, "ward"), {}),
        "by_age": _lines(sorted(queries.by(figures, "age"), key=_age), AGES),
    }


def _sentences(cutover: Cutover, found: Sides) -> list[str]:
    if cutover.counted_at is None:
        return []
    day = said.day(cutover.starts_on)
    before, after, measured = found.before, found.after, found.measured
    told = _("Worked out on %(days)s: %(accounts)s customers were told of bills.") % {
        "days": f"{said.day(cutover.counted_at - MEASURED)} – {said.day(cutover.counted_at)}",
        "accounts": said.count(after.accounts),
    }
    lost = _("%(lost)s would lose the only channel that works, %(elderly)s of them of 60 or more.")
    cost = _("SMS cost %(before)s as it was, and would cost %(after)s from %(day)s on.")
    sentences = [
        told,
        lost % {"lost": said.count(after.lost), "elderly": said.count(after.lost_elderly)},
        cost % {"before": dong(before.cost), "after": dong(after.cost), "day": day},
    ]
    if cutover.measured_until is None:
        return sentences
    text = _(
        "Measured from %(day)s to %(until)s: %(lost)s lost it, %(elderly)s of them of 60 or more; "
        "SMS cost %(cost)s."
    )
    values = {
        "day": day,
        "until": said.moment(cutover.measured_until),
        "lost": said.count(measured.lost),
        "elderly": said.count(measured.lost_elderly),
        "cost": dong(measured.cost),
    }
    return [*sentences, text % values]


def _compared(found: Sides, *, is_measured: bool) -> list[dict[str, Any]]:
    """One line a figure: as it was, worked out, measured."""
    rows: list[tuple[Any, str, bool]] = [
        (_("Customers told of bills"), "accounts", False),
        (_("Without any channel: to be rung"), "untold", False),
        (_("of them of 60 or more"), "untold_elderly", False),
        (_("Lost the only channel they had"), "lost", False),
        (_("of them of 60 or more"), "lost_elderly", False),
        (_("First messages by SMS"), "messages", False),
        (_("Cost of them"), "cost", True),
        (_("Cost if nothing is ever confirmed"), "most_cost", True),
    ]
    sides = (found.before, found.after, *((found.measured,) if is_measured else ()))
    lines = []
    for label, name, is_money in rows:
        say = dong if is_money else said.count
        lines.append({"label": label, "cells": [say(getattr(side, name)) for side in sides]})
    return lines


def _age(group: Sides) -> int:
    return list(AGES).index(group.key)


def _lines(groups: list[Sides], labels: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "label": labels.get(group.key, group.key),
            "accounts": group.after.accounts or group.measured.accounts,
            "lost": group.after.lost,
            "elderly": group.after.lost_elderly,
            "measured": group.measured.lost,
            "measured_elderly": group.measured.lost_elderly,
        }
        for group in groups
    ]


def _steps(cutover: Cutover) -> list[str]:
    """Who did what when."""
    done = [
        (_("Planned by %(who)s, %(when)s"), cutover.made_by, cutover.made_at),
        (_("Worked out on the notices until %(when)s"), None, cutover.counted_at),
        (_("Approved by %(who)s, %(when)s"), cutover.approved_by, cutover.approved_at),
        (_("Taken back by %(who)s, %(when)s"), cutover.ended_by, cutover.ended_at),
    ]
    steps = [text % {"who": who, "when": said.moment(at)} for text, who, at in done if at]
    why = _("Taken back because: %(why)s") % {"why": cutover.ended_why}
    return [*steps, why] if cutover.ended_why else steps


@require_POST
def act(request: HttpRequest, cutover_id: int, verb: str) -> HttpResponse:
    """Work it out again, approve it or take it back; then back to its page."""
    permission, done = ACTS.get(verb, ("", ""))
    if not permission or not request.user.has_perm(permission):
        raise Http404
    cutover = cutover_of(request, cutover_id)
    try:
        _do(verb, cutover, request)
    except cutovers.CutoverError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("admin:notifications_cutover_show", cutover.pk)


def _do(verb: str, cutover: Cutover, request: HttpRequest) -> None:
    by, at = member(request), timezone.now()
    if verb == "work-out":
        cutovers.work_out(cutover=cutover, by=by, at=at)
        ring_for_trials()
    elif verb == "approve":
        cutovers.approve(cutover=cutover, by=by, at=at)
    else:
        why = clean(request.POST.get("why", ""))
        cutovers.take_back(cutover=cutover, why=why, by=by, at=at)
