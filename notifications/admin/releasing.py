"""Runs far larger than usual: what they would mean, and the two people who let them go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from customers.admin.staff import member
from customers.models import User
from notifications.models import Announcement, Run
from notifications.services import forecasting, runs
from notifications.services.forecasting import Forecast
from notifications.services.planning.gate import WRITTEN_BY_ONE, usual_size

from .calls import run_of

CHECK, RELEASE = "notifications.check_run", "notifications.release_run"
DONE = {
    "check": _("Confirmed. Another person has to release the run."),
    "release": _("Released: it goes in ten minutes. Until then it can be taken back."),
    "take-back": _("Taken back: the run waits again."),
}


@dataclass(frozen=True)
class Card:
    """A run that waits: why, what it would mean, and what this person may do about it."""

    run: Run
    written: Announcement | None
    """What one person wrote of an outage, where that is why it waits."""
    usual: int | None
    forecast: Forecast
    goes_at: datetime | None
    may_check: bool
    may_release: bool
    may_take_back: bool
    checked_it: bool


def card(run: Run, user: User, *, at: datetime) -> Card:
    """What the proof page says about a run that waits."""
    checked, released = run.checked_by_id is not None, run.released_at is not None
    checked_it = run.checked_by_id == user.pk
    may_check, may_release = user.has_perm(CHECK), user.has_perm(RELEASE)
    return Card(
        run=run,
        written=_written(run),
        usual=usual_size(kind=run.kind, but=run),
        forecast=forecasting.of_run(run, at=at),
        goes_at=run.released_at + settings.MASS_HOLD if run.released_at else None,
        may_check=may_check and not checked,
        may_release=may_release and checked and not released and not checked_it,
        may_take_back=checked and (may_check or may_release),
        checked_it=checked_it and not released,
    )


def _written(run: Run) -> Announcement | None:
    if run.kind not in WRITTEN_BY_ONE:
        return None
    return Announcement.objects.filter(notices__run=run).order_by("pk").first()


@require_POST
def decide(request: HttpRequest, run_id: int, verb: str) -> HttpResponse:
    """Confirm the numbers, release the run, or take either back."""
    run = run_of(request, run_id)
    _may(request, verb)
    try:
        _act(request, run, verb)
    except runs.RunError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, DONE[verb])
    return redirect("admin:notifications_run_proof", run.pk)


def _may(request: HttpRequest, verb: str) -> None:
    needed = {"check": [CHECK], "release": [RELEASE], "take-back": [CHECK, RELEASE]}
    if not any(request.user.has_perm(one) for one in needed.get(verb, [])):
        raise Http404


def _act(request: HttpRequest, run: Run, verb: str) -> None:
    if verb == "take-back":
        runs.take_back(run=run)
        return
    # As the person saw it: a run that grew meanwhile is looked at again.
    size = request.POST.get("size", "")
    seen: dict[str, Any] = {"size": int(size) if size.isdecimal() and len(size) < 10 else 0}
    getattr(runs, verb)(run=run, by=member(request), at=timezone.now(), **seen)
