"""Links between logins and accounts: who changes them, and what is written down of it.

Only the contract holder changes what others see. Every change takes the rows it rests on in one
order (account, then links by key), so that two at once follow each other; repeated, it changes
nothing and records nothing.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from customers.models import Account, AccountEvent, AccountLink, Invitation, Right, User
from customers.services import consents, events
from portal.lib.history import signed

Kind, Role, State = AccountEvent.Kind, AccountLink.Role, AccountLink.State

STAFF_RIGHT = "customers.change_accountlink"
LONGEST = timedelta(days=366)
"""A right that nobody renewed for a year is not wanted any more."""
OLDEST_MOVE = timedelta(days=366)
LATEST_MOVE = timedelta(days=92)


class LinkError(Exception):
    """The change was refused."""


class NotAllowed(LinkError):
    """Whoever asked is neither the holder of the account nor staff with the right to it."""


class NotOpen(LinkError):
    """The link ended or was stopped meanwhile."""


class NotOffered(LinkError):
    """The role cannot be given, does not open what was chosen, or nothing was chosen."""


class BadEnd(LinkError):
    """The end lies behind, or more than a year ahead."""


class BadDay(LinkError):
    """The day of a move lies too far off, or not after the day of moving in."""


@transaction.atomic
@signed
def end(*, link: AccountLink, by: User, at: datetime) -> AccountLink:
    """Take the right to see the account away from now on; a link that ended stays as it is.

    Everyone ends their own link, except the holder, who moves out instead.

    :raises NotAllowed: it is another's, and ``by`` is neither the holder nor staff
    """
    locked = _locked(link)
    is_own = locked.user_id == by.pk and locked.role != Role.HOLDER
    if not is_own and not may_manage(locked.account, by=by, at=at):
        raise NotAllowed
    if locked.user_id == by.pk and not is_own and not by.has_perm(STAFF_RIGHT):
        raise NotAllowed
    if locked.state == State.ENDED:
        return locked
    locked.state, locked.ends_at = State.ENDED, at
    locked.save(update_fields=["state", "ends_at"])
    _record(locked, Kind.LINK_ENDED, by, at)
    return locked


@transaction.atomic
@signed
def freeze(*, link: AccountLink, at: datetime, by: User | None = None) -> AccountLink:
    """Stop a link at once because someone said "this was not me"; only a supervisor lifts it.

    With a holder's link stop those of the people that this login invited: an intruder's friends
    must not stay. Whether the warning is genuine is the caller's to check.
    """
    locked = _locked(link)
    for one in [locked, *_brought_in_by(locked)]:
        if one.state == State.ACTIVE:
            one.state = State.FROZEN
            one.save(update_fields=["state"])
            _record(one, Kind.LINK_FROZEN, by, at)
    if locked.role == Role.HOLDER:
        _withdraw_offers(locked.account, by=by, at=at)
    return locked


def _brought_in_by(link: AccountLink) -> list[AccountLink]:
    """The links that a holder's yes made since their own, held until the commit."""
    if link.role != Role.HOLDER:
        return []
    by_holder = (AccountLink.Proof.INVITATION, AccountLink.Proof.HOLDER)
    found = AccountLink.objects.filter(
        account=link.account_id, proof__in=by_holder, created_at__gte=link.created_at
    )
    return list(found.exclude(pk=link.pk).order_by("pk").select_for_update(no_key=True))


@transaction.atomic
@signed
def unfreeze(*, link: AccountLink, by: User, at: datetime) -> AccountLink:
    """Put a stopped link back in force, after a supervisor found the warning mistaken.

    :raises NotAllowed: ``by`` may not change links, or it is their own
    :raises NotOpen: it is not stopped (any more)
    """
    locked = _locked(link)
    if not is_staff_for(locked.account, by=by) or locked.user_id == by.pk:
        raise NotAllowed
    if locked.state != State.FROZEN:
        raise NotOpen
    locked.state = State.ACTIVE
    locked.save(update_fields=["state"])
    _record(locked, Kind.LINK_RESTORED, by, at)
    return locked


@transaction.atomic
@signed
def change_rights(
    *,
    link: AccountLink,
    role: str,
    rights: Iterable[str],
    ends_at: datetime | None,
    by: User,
    at: datetime,
) -> AccountLink:
    """Give another's link this role, these rights and this end; the same again changes nothing.

    An end has to lie within a year: whoever helps is asked again. A household member needs none.

    :raises NotAllowed: ``by`` is not the holder, or the link is the holder's own
    :raises NotOpen: the link ended or was stopped meanwhile
    :raises NotOffered: see :func:`chosen`
    :raises BadEnd: ``ends_at`` is not within the coming year
    """
    locked = _locked(link)
    if locked.role == Role.HOLDER or not is_holder(locked.account, user=by, at=at):
        raise NotAllowed
    if locked.state != State.ACTIVE or (locked.ends_at and locked.ends_at <= at):
        raise NotOpen
    wanted = (role, chosen(role=role, rights=rights), checked_end(ends_at, role=role, at=at))
    if wanted == (locked.role, sorted(locked.rights), locked.ends_at):
        return locked
    locked.role, locked.rights, locked.ends_at = wanted
    locked.save(update_fields=["role", "rights", "ends_at"])
    _record(locked, Kind.RIGHTS_CHANGED, by, at)
    return locked


def chosen(*, role: str, rights: Iterable[str]) -> list[str]:
    """The rights as a link keeps them.

    :raises NotOffered: nobody gives away being the holder; a role opens no more than it can; a
        link that opens nothing is none
    """
    wanted = set(rights)
    if role not in Role.values or role == Role.HOLDER or not wanted <= set(Right.values):
        raise NotOffered
    if not wanted or not wanted <= AccountLink.MOST[Role(role)]:
        raise NotOffered
    return sorted(wanted)


def checked_end(ends_at: datetime | None, *, role: str, at: datetime) -> datetime | None:
    """:raises BadEnd: it is not within the coming year, or missing for more than the household"""
    if ends_at is None and role != Role.HOUSEHOLD:
        raise BadEnd
    if ends_at is not None and not at < ends_at <= at + LONGEST:
        raise BadEnd
    return ends_at


@transaction.atomic
@signed
def move_out(*, link: AccountLink, on: date, by: User, at: datetime) -> AccountLink:
    """Record that the person of ``link`` lives there no more from the day ``on``.

    They keep seeing the days before. With the holder goes everyone who sees the account: none of
    them may see the next tenant's days. The same day again changes nothing; staff may correct it.

    :raises NotAllowed: it is another's link, and ``by`` is not staff
    :raises NotOpen: the link ended or was stopped meanwhile
    :raises BadDay: the day lies more than a year back, three months ahead, or not after moving in
    """
    locked = _locked(link)
    if locked.user_id != by.pk and not is_staff_for(locked.account, by=by):
        raise NotAllowed
    if locked.state != State.ACTIVE:
        raise NotOpen
    _check_day(on, at=at)
    if locked.moved_in_on is not None and on <= locked.moved_in_on:
        raise BadDay
    if locked.moved_out_on == on:
        return locked
    if locked.moved_out_on is not None and not is_staff_for(locked.account, by=by):
        raise NotAllowed
    _leave(locked, on)
    if locked.role == Role.HOLDER:
        _leave_with(locked, on)
        _withdraw_offers(locked.account, by=by, at=at)
        consents.end_with_holder(locked.account, at=at)
    _record(locked, Kind.MOVED_OUT, by, at, detail=f"{on:%d/%m/%Y}")
    return locked


@transaction.atomic
def hand_over(*, account: Account, on: date, at: datetime) -> int:
    """Close the window of everyone who sees ``account``, before a new holder's link is made.

    Call it in the transaction that makes the new link, whose ``moved_in_on`` is ``on``. A window
    that closed earlier stays; one that was to close later closes now. Returns how many changed.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    open_ones = AccountLink.objects.filter(account=account).exclude(state=State.ENDED)
    late = open_ones.filter(Q(moved_out_on=None) | Q(moved_out_on__gt=on))
    changed = list(late.order_by("pk").select_for_update(no_key=True))
    for link in changed:
        _leave(link, on)
        _record(link, Kind.MOVED_OUT, None, at, detail=f"{on:%d/%m/%Y}")
    _withdraw_offers(account, by=None, at=at)
    consents.end_with_holder(account, at=at)
    return len(changed)


def _withdraw_offers(account: Account, *, by: User | None, at: datetime) -> None:
    """Take back what was offered in the name of a holder who is none any more."""
    for offer in Invitation.objects.filter(account=account, state=Invitation.State.WAITING):
        offer.state, offer.answered_at = Invitation.State.WITHDRAWN, at
        offer.save(update_fields=["state", "answered_at"])
        events.record(
            account=account, kind=Kind.INVITATION_CLOSED, at=at, by=by, detail=offer.masked
        )


def _leave_with(holder: AccountLink, on: date) -> None:
    others = AccountLink.objects.filter(account=holder.account_id).exclude(state=State.ENDED)
    late = others.filter(Q(moved_out_on=None) | Q(moved_out_on__gt=on)).exclude(pk=holder.pk)
    for link in late.order_by("pk").select_for_update(no_key=True):
        _leave(link, on)


def _leave(link: AccountLink, on: date) -> None:
    """Let nothing from ``on`` be seen; who would have moved in later sees nothing at all."""
    if link.moved_in_on is not None and link.moved_in_on >= on:
        link.state = State.ENDED
        link.save(update_fields=["state"])
        return
    link.moved_out_on = on
    link.save(update_fields=["moved_out_on"])


def _check_day(on: date, *, at: datetime) -> None:
    today = timezone.localdate(at)
    if not today - OLDEST_MOVE <= on <= today + LATEST_MOVE:
        raise BadDay


def is_holder(account: Account, *, user: User, at: datetime) -> bool:
    """Whether ``user`` holds the contract at ``at``."""
    return AccountLink.objects.holding(at=at).filter(account=account, user=user).exists()


def is_staff_for(account: Account, *, by: User) -> bool:
    """Whether ``by`` is staff with the right to change links of this account."""
    return (
        by.is_staff
        and by.has_perm(STAFF_RIGHT)
        and Account.objects.visible_to(by).filter(pk=account.pk).exists()
    )


def may_manage(account: Account, *, by: User, at: datetime) -> bool:
    """Whether ``by`` may take others' links away."""
    return is_holder(account, user=by, at=at) or is_staff_for(account, by=by)


def _locked(link: AccountLink) -> AccountLink:
    """The link as it is now, it and its account held until the commit."""
    account = Account.objects.select_for_update(no_key=True).get(pk=link.account_id)
    found = AccountLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    found.account = account
    return found


def _record(
    link: AccountLink, kind: AccountEvent.Kind, by: User | None, at: datetime, *, detail: str = ""
) -> None:
    events.record(account=link.account, kind=kind, at=at, by=by, link=link, detail=detail)
