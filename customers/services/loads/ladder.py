"""What people decide about a load; each step is taken under the lock of its row."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import Load, LoadNote, LoadRow, User
from portal.lib import sql
from portal.lib.errors import SaysWhy
from portal.lib.importing import resource_of
from portal.lib.text import clean

State = Load.State
CANCELLED_FROM = (State.UPLOADED, State.ASKED, State.PREVIEWED, State.WAITING, State.APPLYING)


class LoadError(SaysWhy):
    """Refused: ``why`` says it to the person."""


class NotNow(LoadError):
    """The load stands where this step is none."""

    why = _("This is not possible any more: look at how the load stands now.")


class UnderWay(LoadError):
    """The same file is at it already."""

    why = _("This very file is being checked or loaded already; go on with that one.")


class NotYours(LoadError):
    """Somebody else uploaded and looked at it."""

    why = _("Somebody else uploaded this file; they confirm what they have seen.")


class NoReason(LoadError):
    """Why the rows need no mending is what stays of them."""

    why = _("Write why these rows need no mending.")


class CannotUndo(LoadError):
    """What such a file did is known elsewhere by now."""

    why = _("Files of this kind cannot be undone.")


class OneCompany(LoadError):
    """A file reads and writes rows of every company."""

    why = _("Files are loaded for all companies; you work for one of them.")


class SamePerson(LoadError):
    """The second person has to be another one."""

    why = _("You confirmed it yourself; another person has to look.")


class NoSecond(LoadError):
    """Whoever takes back what a second person let in is one of those who could have."""

    why = _("A colleague asked to undo it; only somebody who may release files decides about it.")


class Expired(LoadError):
    """The preview does not say any more what would happen."""

    why = _("The data has changed since this was checked, or a day has passed. Check it again.")


@transaction.atomic
def confirm(*, load: Load, by: User | None, at: datetime) -> Load:
    """Have a load applied, or wait for a second person where it is not plausible.

    :param by: None where nobody looked: a file from the folder
    :raises NotYours: another person uploaded it
    :raises Expired: the preview is a day old, or other loads wrote since
    :raises NotNow: it does not wait for a confirmation
    """
    check_reach(by)
    _one_at_a_time()
    found = locked(load, State.PREVIEWED)
    if found.made_by_id is not None and (by is None or by.pk != found.made_by_id):
        raise NotYours
    if not is_fresh(load=found, at=at):
        raise Expired
    found.confirmed_by, found.confirmed_at = by, at
    return _begin(found) if not found.needs_second else _moved(found, State.WAITING)


@transaction.atomic
def release(*, load: Load, by: User, at: datetime) -> Load:
    """The second person's yes.

    :raises SamePerson: they confirmed or uploaded it themselves
    :raises Expired: as for :func:`confirm`
    :raises NotNow: it does not wait for a second person
    """
    check_reach(by)
    _one_at_a_time()
    found = locked(load, State.WAITING)
    if by.pk in (found.confirmed_by_id, found.made_by_id):
        raise SamePerson
    if not is_fresh(load=found, at=at):
        raise Expired
    found.released_by, found.released_at = by, at
    return _begin(found)


def is_fresh(*, load: Load, at: datetime) -> bool:
    """Whether the preview still says what would happen."""
    if load.previewed_at is None or not load.is_fresh(at=at):
        return False
    kinds = [load.kind, *resource_of(load.kind).builds_on]
    others = Load.objects.filter(kind__in=kinds).exclude(pk=load.pk)
    # What was confirmed and has not begun will have changed it before this one's turn comes.
    return not (others.writing() | others.wrote_since(load.previewed_at)).exists()


@transaction.atomic
def check_again(*, load: Load, at: datetime) -> Load:
    """Preview it anew: the data has moved.

    :raises NotNow: it was confirmed already, or its preview still holds
    """
    found = locked(load, State.PREVIEWED, State.WAITING)
    if found.tidied or is_fresh(load=found, at=at):
        raise NotNow
    found.staged_at = found.previewed_at = found.confirmed_at = None
    found.confirmed_by, found.needs_second, found.tries = None, False, 0
    return _moved(found, State.UPLOADED)


@transaction.atomic
def cancel(*, load: Load, why: str, by: User | None, at: datetime) -> Load:
    """Go no further. What was applied already stays, and can be undone.

    :raises NotNow: it has ended
    """
    check_reach(by)
    found = locked(load, *CANCELLED_FROM)
    found.ended_at, found.why, found.cancelled_by = at, why, by
    LoadRow.objects.filter(load=found).delete()
    return _moved(found, State.CANCELLED)


@transaction.atomic
def ask_undo(*, load: Load, by: User, at: datetime) -> Load:
    """Have everything taken back that the load changed and nothing was built on.

    Where two people let it in, two take it back: the first asks, the second has it done.

    :raises CannotUndo: files of this kind are not undone
    :raises SamePerson: they asked for it themselves
    :raises NotNow: it changed nothing, or so long ago that it is not known any more
    """
    check_reach(by)
    found = locked(load, *Load.UNDONE_FROM)
    if resource_of(found.kind).cannot_undo:
        raise CannotUndo
    if not may_undo(load=found, at=at):
        raise NotNow
    if found.is_asked_to_undo and found.undo_asked_by_id == by.pk:
        raise SamePerson
    if found.released_by_id is not None and not found.is_asked_to_undo:
        found.undo_asked_by, found.undo_asked_at = by, at
        found.undo_declined_by = found.undo_declined_at = None
        return _moved(found, State(found.state))
    found.undone_by, found.mark, found.worked, found.tries = by, None, 0, 0
    return _moved(found, State.UNDOING)


@transaction.atomic
def decline_undo(*, load: Load, by: User, at: datetime) -> Load:
    """Another person than who asked for the undo looked, and the load stays.

    :raises SamePerson: they asked for it themselves
    :raises NotNow: nobody asks for an undo, or one broke off that has to be finished
    """
    check_reach(by)
    found = locked(load, *Load.UNDONE_FROM)
    if not found.may_stay:
        raise NotNow
    if found.undo_asked_by_id == by.pk:
        raise SamePerson
    found.undo_declined_by, found.undo_declined_at = by, at
    return _moved(found, State(found.state))


@transaction.atomic
def withdraw_undo(*, load: Load, by: User) -> Load:
    """Whoever asked for the undo asks for it no more.

    :raises NotNow: they do not ask for it, or it broke off and has to be finished
    """
    check_reach(by)
    found = locked(load, *Load.UNDONE_FROM)
    if not found.may_stay or found.undo_asked_by_id != by.pk:
        raise NotNow
    found.undo_asked_by = found.undo_asked_at = None
    return _moved(found, State(found.state))


def may_undo(*, load: Load, at: datetime) -> bool:
    """Whether there is something to undo, and it is still known what."""
    resource = resource_of(load.kind)
    if load.state not in Load.UNDONE_FROM or load.started_at is None or resource.cannot_undo:
        return False
    within = resource.own_undo.within if resource.own_undo else Load.UNDOABLE
    return at - load.started_at <= within and bool(load.created or load.updated)


@transaction.atomic
def dismiss(*, load: Load, why: str, by: User, at: datetime) -> Load:
    """Its refused rows need no mending, and why.

    :raises NoReason: no reason is given
    :raises NotNow: nothing of it is open
    """
    check_reach(by)
    why = clean(why)
    if not why:
        raise NoReason
    found = locked(load, State.DONE)
    if found.settled_at is not None or not found.refused:
        raise NotNow
    found.settled_by, found.settled_at, found.settled_why = by, at, why[:200]
    found.save(update_fields=["settled_by", "settled_at", "settled_why"])
    return found


def check_reach(by: User | None) -> None:
    """Let nobody of one company decide about rows of all.

    :raises OneCompany: they work for one
    """
    if by is not None and by.unit_id is not None:
        raise OneCompany


def _one_at_a_time() -> None:
    """Of two loads that are confirmed in one moment the second sees the first; until the commit."""
    sql.take_turns("load:confirm")


def _begin(load: Load) -> Load:
    load.mark, load.worked, load.tries, load.rests_until = None, 0, 0, None
    load.created = load.updated = load.unchanged = 0
    # What was found against the database is found again, as the data then is.
    gone = LoadNote.objects.filter(load=load, by_rule=True)
    gone.delete()
    load.refused = load.report.get("refused_in_file", 0)
    load.remarked = load.report.get("remarked_in_file", 0)
    return _moved(load, State.APPLYING)


def _moved(load: Load, state: Load.State) -> Load:
    load.state = state
    load.save()
    return load


def locked(load: Load, *states: Load.State) -> Load:
    """The load, held until the commit, where it stands in one of ``states``."""
    found = Load.objects.locked().get(pk=load.pk)
    if found.state not in states:
        raise NotNow
    return found
