"""Trials of policies: asked at the desk, one at a time, answered in the background, kept a day."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit, User
from notifications.models import PolicyTrial
from notifications.services import cutover_figures, dry_run
from notifications.services.dry_run import Change, Found
from portal.lib.errors import SaysWhy

log = structlog.get_logger(__name__)

State = PolicyTrial.State
KEPT = timedelta(days=1)
# Ten times what a month of a large company takes: who worked on it is gone.
LONGEST = timedelta(minutes=10)


class Busy(SaysWhy):
    """Another trial is being worked out."""

    why = _("Somebody is trying a policy right now. Ask again in a minute.")


@transaction.atomic
def ask(
    *, change: Change, form: str, by: User, at: datetime, unit: OperatingUnit | None = None
) -> PolicyTrial:
    """Have ``change`` tried in the background; rings for nobody.

    :raises Busy: another one is being worked out
    """
    throw_away(at=at)
    try:
        with transaction.atomic():
            return PolicyTrial.objects.create(
                asked_by=by, asked_at=at, unit=unit, change=change.as_data(), form=form
            )
    except IntegrityError:
        raise Busy from None


def throw_away(*, at: datetime) -> None:
    """Forget old answers, and let go of what nobody works on any more."""
    PolicyTrial.objects.filter(asked_at__lte=at - KEPT).delete()
    PolicyTrial.objects.open().filter(asked_at__lte=at - LONGEST).update(
        state=State.FAILED, ended_at=at
    )


def work(*, at: datetime) -> bool:
    """Answer what is asked; whether there was something. By several at once it is answered once."""
    throw_away(at=at)
    taken = PolicyTrial.objects.open().filter(started_at=None).update(started_at=at)
    if not taken:
        return False
    trial = PolicyTrial.objects.open().select_related("unit").get()
    try:
        found = dry_run.run(Change.of_data(trial.change), at=trial.asked_at, only=trial.unit)
        cutover_figures.keep(trial=trial, found=found)
    except Exception:
        log.exception("trial of a policy failed", trial=trial.pk)
        _end(trial, State.FAILED, at)
    else:
        _end(trial, State.DONE, at, found.as_data())
    return True


def _end(
    trial: PolicyTrial, state: State, at: datetime, result: Mapping[str, Any] | None = None
) -> None:
    trial.ended(state, at=at, result=result)
    # Unless it was given up meanwhile.
    PolicyTrial.objects.open().filter(pk=trial.pk).update(
        state=trial.state, ended_at=trial.ended_at, result=trial.result
    )


def answer(trial: PolicyTrial) -> Found | None:
    """What came of ``trial``; None while it is worked out, or if it failed."""
    return Found.of_data(trial.result) if trial.result else None
