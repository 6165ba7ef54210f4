"""The steps that a person can take with a load: which are open to them, and taking one.

The desk and the API offer the same ones; each service has the last word.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Concatenate

from django.db import transaction

from customers.models import Load, User
from portal.lib.importing import SheetResource, resource_of
from portal.lib.text import clean

from . import asking, files, ladder
from .taking import take

State = Load.State
RELEASE = "customers.release_load"


def may_load(*, user: User, resource: type[SheetResource]) -> bool:
    """Whether they may bring files of a kind. One writes rows of every company, so nobody of one
    alone may.
    """
    return user.has_perm(resource.permission) and user.unit_id is None


def allowed(*, load: Load, by: User, at: datetime) -> dict[str, bool]:
    """Whether each step would work now."""
    resource, state = resource_of(load.kind), State(load.state)
    may, own = may_load(user=by, resource=resource), load.made_by_id in (None, by.pk)
    is_fresh = ladder.is_fresh(load=load, at=at)
    is_previewed, waits = state == State.PREVIEWED, state == State.WAITING
    others = by.pk not in (load.confirmed_by_id, load.made_by_id)
    undoable, is_asked = ladder.may_undo(load=load, at=at), load.is_asked_to_undo
    is_asker = is_asked and load.undo_asked_by_id == by.pk
    # Whoever decides about what a second person let in is one of those who could have.
    is_second = by.has_perms(_to_release(load))
    is_open = state == State.DONE and load.refused > 0 and load.settled_at is None
    return {
        "answer": may and state == State.ASKED,
        "confirm": may and is_previewed and own and is_fresh,
        "release": may and waits and is_fresh and others and is_second,
        "check": may and (is_previewed or waits) and not is_fresh and not load.tidied,
        "cancel": may and state in ladder.CANCELLED_FROM,
        "undo": may and undoable and (not is_asked or (is_second and not is_asker)),
        "decline_undo": may and load.may_stay and is_second and not is_asker,
        "withdraw_undo": may and load.may_stay and is_asker,
        "again": may and state in Load.ENDED and not load.tidied,
        "dismiss": may and is_open,
        "mend": may and is_open and not load.tidied,
        "forget": may and asking.is_remembered(load=load),
    }


def needed(verb: str, load: Load) -> list[str]:
    """The permissions for a step beside that of its kind of file."""
    is_second = verb in ("release", "decline_undo") or (verb == "undo" and load.is_asked_to_undo)
    return _to_release(load) if is_second else []


def _to_release(load: Load) -> list[str]:
    own = resource_of(load.kind).release_permission
    return [RELEASE, own] if own else [RELEASE]


def step(verb: str, *, load: Load, said: Mapping[str, Any], by: User, at: datetime) -> Load:
    """Take a step; the load that is gone on with.

    :param said: ``why`` of a step that needs a reason; what answers a question
    :raises LoadError: it is none now, or not for ``by``
    :raises KeyError: there is no such step
    """
    return _STEPS[verb](load, said, by=by, at=at)


def _confirm(load: Load, _said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    return ladder.confirm(load=load, by=by, at=at)


def _release(load: Load, _said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    return ladder.release(load=load, by=by, at=at)


def _check(load: Load, _said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    ladder.check_reach(by)
    return ladder.check_again(load=load, at=at)


def _cancel(load: Load, said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    return ladder.cancel(load=load, why=_why(said), by=by, at=at)


@transaction.atomic
def _undo(load: Load, _said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    """Asked or done: as the load stands once it is held, not as it stood on somebody's page.

    :raises NoSecond: a colleague asked a moment ago
    """
    if not by.has_perms(needed("undo", ladder.locked(load, *Load.UNDONE_FROM))):
        raise ladder.NoSecond
    return ladder.ask_undo(load=load, by=by, at=at)


def _decline_undo(load: Load, _said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    if not by.has_perms(needed("decline_undo", load)):
        raise ladder.NoSecond
    return ladder.decline_undo(load=load, by=by, at=at)


def _withdraw_undo(load: Load, _said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    return ladder.withdraw_undo(load=load, by=by)


def _again(load: Load, _said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    """The same file once more, on purpose."""
    kept = files.Kept(load.sha256, load.size)
    anew, is_new = take(
        kind=load.kind, name=load.name, kept=kept, source=load.source, by=by, at=at, again=True
    )
    if not is_new:
        raise ladder.UnderWay
    return anew


def _dismiss(load: Load, said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    return ladder.dismiss(load=load, why=_why(said), by=by, at=at)


def _answer(load: Load, said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    return asking.answer(load=load, said=said, by=by, at=at)


def _forget(load: Load, _said: Mapping[str, Any], *, by: User, at: datetime) -> Load:
    asking.forget(load=load, by=by)
    return load


def _why(said: Mapping[str, Any]) -> str:
    return clean(str(said.get("why", "")))


_STEPS: dict[str, Callable[Concatenate[Load, Mapping[str, Any], ...], Load]] = {
    "answer": _answer,
    "confirm": _confirm,
    "release": _release,
    "check": _check,
    "cancel": _cancel,
    "undo": _undo,
    "decline_undo": _decline_undo,
    "withdraw_undo": _withdraw_undo,
    "again": _again,
    "dismiss": _dismiss,
    "forget": _forget,
}
VERBS = tuple(_STEPS)
