"""A second step that somebody of the staff lost: one supervisor asks, another takes it off."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import LostFactor, User
from customers.models.codes import CODE_LASTS as CODE_LASTS
from customers.services import sessions, typed_codes
from customers.services.typed_codes import TooManyCodes as TooManyCodes
from portal.lib.errors import SaysWhy
from portal.lib.history import signed
from portal.lib.text import clean

State = LostFactor.State
DECIDE = "customers.decide_lostfactor"


class LostFactorError(SaysWhy):
    """Refused: it says why to the person."""


class SamePerson(LostFactorError):
    """Whoever asked, or lost it, must not approve."""

    why = _("Another supervisor has to decide: neither who asked nor who lost it.")


class NotTheirs(LostFactorError):
    """This person of the staff is not among those that the supervisor may help."""

    why = _("You cannot do this for this login.")


class NotLost(LostFactorError):
    """There is no second step that could be taken off."""

    why = _("This login has no second step: one is set up at the next sign-in.")


class WaitsAlready(LostFactorError):
    """Somebody asked for the same person already."""

    why = _("It was asked for already and waits for another supervisor.")


class NotWaiting(LostFactorError):
    """It was decided already, or a day went by."""

    why = _("It was decided already, or a day has gone by: ask again.")


class NotTakenOff(LostFactorError):
    """It is not so that a new second step is awaited."""

    why = _("No code is needed: a new second step was set up, or nothing was taken off.")


class NoReason(LostFactorError):
    """It does not say what happened."""

    why = _("Say what happened.")


def may_help(*, by: User, user: User) -> bool:
    """Whether ``by`` may ask or decide for ``user``.

    Never for oneself; for nobody who may do more than oneself: a superuser is helped by superusers
    alone, and whoever works for one company helps its staff.
    """
    if by.pk == user.pk or not (user.is_staff and user.is_active):
        return False
    if user.is_superuser and not by.is_superuser:
        return False
    return by.is_staff and by.has_perm(DECIDE) and by.unit_id in {None, user.unit_id}


def may_approve(*, lost: LostFactor, by: User, at: datetime) -> bool:
    """Whether ``by`` may take it off at ``at``: neither who asked nor who lost it.

    The asker's right is looked at as well: it may have been taken from them meanwhile.
    """
    if not lost.waits(at=at) or by.pk in {lost.asked_by_id, lost.user_id}:
        return False
    return may_help(by=by, user=lost.user) and may_help(by=lost.asked_by, user=lost.user)


def may_refuse(*, lost: LostFactor, by: User, at: datetime) -> bool:
    """Whether ``by`` may leave it as it is: whoever may help, and who is said to have lost it."""
    if not lost.waits(at=at):
        return False
    is_own = by.pk == lost.user_id and by.is_staff and by.is_active
    return is_own or may_help(by=by, user=lost.user)


def may_hand_over(*, lost: LostFactor, by: User) -> bool:
    """Whether ``by`` may hand the colleague a code: who may help, while a new step is awaited."""
    return may_help(by=by, user=lost.user) and awaits_code(user=lost.user) == lost


def awaits_code(*, user: User) -> LostFactor | None:
    """By which recovery ``user`` sets up a second step with a code alone; None: they need none.

    Until they have one, whoever reads their mail could otherwise set up one of their own.
    """
    if not user.is_staff or Authenticator.objects.filter(user=user).exists():
        return None
    return LostFactor.objects.last_taken_off(user).first()


def waiting_for(*, user: User, at: datetime) -> list[LostFactor]:
    """What ``user`` may approve at ``at``; there are never more than a few."""
    waiting = LostFactor.objects.visible_to(user).waiting(at=at).oldest_first()
    return [
        lost
        for lost in waiting.select_related("user", "asked_by")
        if may_approve(lost=lost, by=user, at=at)
    ]


@transaction.atomic
def lapse(*, at: datetime) -> int:
    """Close what nobody decided on within its day; how many."""
    return LostFactor.objects.lapsed(at=at).update(state=State.LAPSED)


@signed
@transaction.atomic
def ask(*, user: User, why: str, recognised: str, by: User, at: datetime) -> LostFactor:
    """Ask another supervisor to take the second steps of ``user`` off.

    Also where they were taken off before and no new one was set up: the codes of one recovery can
    be used up, by its person or by whoever reads their mail.

    :raises NotTheirs: it is not for ``by`` to ask for this person
    :raises NoReason: it does not say what happened
    :raises NotLost: they have none
    :raises WaitsAlready: somebody asked within a day
    """
    user = _locked(user)
    if not may_help(by=by, user=user):
        raise NotTheirs
    why = clean(why)
    if not why or recognised not in LostFactor.Recognised.values:
        raise NoReason
    if not _can_be_recovered(user):
        raise NotLost
    asked = LostFactor.objects.filter(user=user)
    asked.lapsed(at=at).update(state=State.LAPSED)
    if asked.waiting(at=at).exists():
        raise WaitsAlready
    return LostFactor.objects.create(
        user=user,
        why=why,
        recognised=recognised,
        asked_by=by,
        asked_at=at,
        lapses_at=at + LostFactor.LIVES,
    )


@signed
@transaction.atomic
def approve(*, lost: LostFactor, by: User, at: datetime) -> LostFactor:
    """Take every second step of the person off, and end each of their sessions.

    Their desk opens again once they have set up a new one.

    :raises SamePerson: ``by`` asked for it, or it is theirs
    :raises NotTheirs: it is not for ``by`` to decide for this person
    :raises NotWaiting: it was decided, or has lapsed
    """
    lost, user = _waiting(lost, at=at)
    if by.pk in {lost.asked_by_id, lost.user_id}:
        raise SamePerson
    if not may_approve(lost=lost, by=by, at=at):
        raise NotTheirs
    _decide(lost, State.APPROVED, by=by, at=at)
    _take_off(user)
    return lost


@signed
@transaction.atomic
def refuse(*, lost: LostFactor, by: User, at: datetime) -> LostFactor:
    """Leave everything as it is: any supervisor may, also who asked or is said to have lost it.

    :raises NotTheirs: it is not for ``by`` to decide for this person
    :raises NotWaiting: it was decided, or has lapsed
    """
    lost, _user = _waiting(lost, at=at)
    if not may_refuse(lost=lost, by=by, at=at):
        raise NotTheirs
    return _decide(lost, State.REFUSED, by=by, at=at)


@signed
@transaction.atomic
def hand_over(*, lost: LostFactor, by: User, at: datetime) -> str:
    """A code for the colleague, said to them face to face or on the phone; it is kept nowhere.

    :raises NotTheirs: it is not for ``by`` to help this person
    :raises NotTakenOff: they have a second step, or it was not taken off by this
    :raises TooManyCodes: one was made a moment ago, or as many as there may be
    """
    user = _locked(lost.user)
    if not may_help(by=by, user=user):
        raise NotTheirs
    found = LostFactor.objects.select_for_update(no_key=True).get(pk=lost.pk)
    if awaits_code(user=user) != found:
        raise NotTakenOff
    return typed_codes.renew(found, bound=_bound(found), at=at)


def redeem(*, user: User, code: str, at: datetime) -> LostFactor | None:
    """The recovery whose code this is: it can be used once, and tried five times.

    The try is committed before the code is compared, so that tries in parallel find the limit.
    """
    lost = awaits_code(user=user)
    if lost is None or not typed_codes.count_try(LostFactor.objects.filter(pk=lost.pk), at=at):
        return None
    lost.refresh_from_db()
    if not typed_codes.is_right(lost, bound=_bound(lost), code=code):
        return None
    used = LostFactor.objects.filter(pk=lost.pk, code_hash=lost.code_hash)
    return lost if used.update(code_hash="") else None


@transaction.atomic
def take_off(*, user: User, at: datetime) -> str:
    """Do it where the desk has too few people to: at the server, kept in the login's history.

    Returns the code for their ear, where an earlier recovery lets none be set up without one, and
    nobody at the desk may be left to make it; else nothing.

    :raises NotTheirs: it is no login of staff
    :raises NotLost: they have none
    """
    user = _locked(user)
    if not user.is_staff:
        raise NotTheirs
    if not _can_be_recovered(user):
        raise NotLost
    _take_off(user)
    user.noted = "second step taken off at the server"
    user.save(update_fields=["is_staff"])
    if (earlier := awaits_code(user=user)) is None:
        return ""
    lost = LostFactor.objects.select_for_update(no_key=True).get(pk=earlier.pk)
    lost.codes, lost.code_sent_at = 0, None
    return typed_codes.renew(lost, bound=_bound(lost), at=at)


def _locked(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _can_be_recovered(user: User) -> bool:
    """Whether they have a second step to take off, or wait for a code without one."""
    return Authenticator.objects.filter(user=user).exists() or awaits_code(user=user) is not None


def _bound(lost: LostFactor) -> str:
    """Of one recovery of one person alone."""
    return f"lost factor:{lost.pk}:{lost.user_id}"


def _waiting(lost: LostFactor, *, at: datetime) -> tuple[LostFactor, User]:
    """The row as it is now, and its person, both locked.

    :raises NotWaiting: it was decided, or has lapsed
    """
    user = _locked(lost.user)
    found = LostFactor.objects.select_for_update(no_key=True).filter(pk=lost.pk).first()
    if found is None or not found.waits(at=at):
        raise NotWaiting
    return found, user


def _take_off(user: User) -> None:
    """Leave them neither a second step, nor a session, nor a device: a thief may hold them."""
    Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user=user)


def _decide(lost: LostFactor, state: State, *, by: User, at: datetime) -> LostFactor:
    lost.state, lost.decided_by, lost.decided_at = state, by, at
    lost.save(update_fields=["state", "decided_by", "decided_at"])
    return lost
