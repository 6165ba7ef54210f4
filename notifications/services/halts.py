"""Stopping everything, one channel, one kind or one run in one act; and the two ways out of it.

A claim looks at what is stopped in its own transaction, so nothing more begins after the commit.
What waits is put off, brought forward or cancelled by the sweep, in steps.
"""

from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from customers.models import User
from notifications.models import Halt, Run
from notifications.queries import waiting
from notifications.services import routing
from notifications.services.claiming import PUT_OFF
from portal.lib import sql
from portal.lib.errors import SaysWhy
from portal.lib.history import signed
from portal.lib.text import clean

log = structlog.get_logger(__name__)

APP = "notifications"
Way = Halt.Way
# Of a sender and of the sweep.
CLOCKS_DIFFER = timedelta(minutes=5)
# Rows a step takes at once.
STEP = 5000


class HaltError(SaysWhy):
    """Refused: ``why`` says it to the person."""


class MissingReason(HaltError):
    """Nobody said why."""

    why = _("Say why in a few words.")


class StoppedAlready(HaltError):
    """It is stopped, and did not go on yet."""

    why = _("That is stopped already.")


class NotStopped(HaltError):
    """It went on, or was cancelled."""

    why = _("Somebody has decided already.")


@transaction.atomic
@signed
def stop(
    *,
    why: str,
    by: User,
    at: datetime,
    channel: str = "",
    kind: str = "",
    run: Run | None = None,
) -> Halt:
    """Begin no message any more of one channel, kind or run; of all where none is named.

    :raises MissingReason: ``why`` is empty
    :raises StoppedAlready: this very thing is stopped
    """
    why = _reason(why)
    try:
        with transaction.atomic():
            halt = Halt.objects.create(
                channel=channel, kind=kind, run=run, why=why, made_by=by, made_at=at
            )
    except IntegrityError:
        raise StoppedAlready from None
    halt.waiting = waiting.of(halt)
    halt.save()
    log.warning("sending stopped", halt=halt.pk, channel=channel, kind=kind, run=run and run.pk)
    return halt


@transaction.atomic
@signed
def go_on(*, halt: Halt, why: str, by: User, at: datetime) -> Halt:
    """Send what waits, each message judged anew at its claim.

    :raises MissingReason: ``why`` is empty
    :raises NotStopped: it went on, or was cancelled
    """
    found = _open(halt)
    found.ended(Way.GO_ON, why=_reason(why), by=by, at=at)
    found.save()
    return found


@transaction.atomic
@signed
def cancel(*, halt: Halt, why: str, by: User, at: datetime, nobody_rings: bool = False) -> Halt:
    """Never send what waits now; what is planned later goes its way.

    Inboxes keep their copies. Whom the law wants told, and nobody reached, goes to the call list,
    unless ``nobody_rings``: the notices were wrong.

    :raises MissingReason: ``why`` is empty
    :raises NotStopped: it went on, or was cancelled
    """
    found = _open(halt)
    found.ended(Way.CANCEL, why=_reason(why), by=by, at=at)
    found.nobody_rings = nobody_rings
    found.save()
    return found


def _open(halt: Halt) -> Halt:
    """The stop, held until the commit."""
    found = Halt.objects.open().select_for_update(of=("self",)).filter(pk=halt.pk).first()
    if found is None:
        raise NotStopped
    return found


def _reason(why: str) -> str:
    cleaned = clean(why)[:200]
    if not cleaned:
        raise MissingReason
    return cleaned


def tend(*, at: datetime) -> int:
    """Put off what is stopped, bring forward or cancel what is not any more; how many moved."""
    moved = 0
    if Halt.objects.open().filter(channel="").exists():
        moved += _all_steps("put_off_halted", {"at": at, "put_off": PUT_OFF})
    for halt in Halt.objects.to_close():
        moved += _cancel(halt, at) if halt.way == Way.CANCEL else _close(halt, at)
    return moved


def _all_steps(statement: str, parameters: dict[str, object]) -> int:
    """A step a transaction, until nothing is left."""
    total = 0
    while moved := len(sql.run(APP, statement, {**parameters, "limit": STEP})):
        total += moved
    return total


def _close(halt: Halt, at: datetime) -> int:
    """Bring forward what it put off (of a channel nothing is), and be done with it."""
    Halt.objects.filter(pk=halt.pk).update(closed_at=at)
    if halt.channel:
        return 0
    until = {"put_off_until": at + PUT_OFF + CLOCKS_DIFFER}
    return _all_steps("bring_forward_halted", {**_scope(halt), "at": at, **until})


def _cancel(halt: Halt, at: datetime) -> int:
    """Cancel what waits; done with once no call was under way that might put a message back."""
    is_last = not waiting.under_way(halt).exists()
    total, after = 0, 0
    while (step := _cancel_step(halt, after, at)) is not None:
        cancelled, after = step
        total += cancelled
    Halt.objects.filter(pk=halt.pk).update(cancelled=F("cancelled") + total)
    return total + (_close(halt, at) if is_last else 0)


@transaction.atomic
def _cancel_step(halt: Halt, after: int, at: datetime) -> tuple[int, int] | None:
    """How many messages of the next notices were cancelled, and the last of these; None: no more.

    What has no other channel left ends; where one channel was stopped, the next has its turn.
    """
    asked = {
        **_scope(halt),
        "channel": halt.channel,
        "until": halt.ended_at,
        "nobody_rings": halt.nobody_rings,
        "after": after,
        "limit": STEP,
    }
    rows = sql.run(APP, "cancel_halted", asked)
    if not rows:
        return None
    [(_zero, last), *done] = rows
    routing.advance(notices={notice for _dispatch, notice in done}, at=at)
    return len(done), last


def _scope(halt: Halt) -> dict[str, object]:
    return {"kind": halt.kind, "run": halt.run_id}
