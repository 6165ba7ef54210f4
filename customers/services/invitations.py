"""Invitations to see an account: offered by its holder, answered by whoever owns the address.

Each step holds the account's row, so that answers, withdrawals and limits follow each other.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet

from customers.models import Account, AccountEvent, AccountLink, Invitation, User
from customers.queries import verified_addresses
from customers.services import events, links
from customers.services.links import NotAllowed
from portal.lib import phones
from portal.lib.history import signed
from portal.lib.text import clean

Kind, Role, State = AccountEvent.Kind, AccountLink.Role, Invitation.State

LASTS = timedelta(days=14)
MOST_OPEN = 10
MOST_PLACES = 3
"""On so many accounts one number or address may help; more is a case for a supervisor."""


class InvitationError(Exception):
    """The step was refused."""


class NotAnAddress(InvitationError):
    """Neither a Vietnamese mobile number nor an e-mail address."""


class OwnAddress(InvitationError):
    """The holder invited themselves."""


class AlreadySees(InvitationError):
    """They accepted an invitation to this number or address, or their login sees the account."""


class AlreadyInvited(InvitationError):
    """An invitation to this number or address is waiting."""


class TooMany(InvitationError):
    """Ten invitations of the account are waiting."""


class TooManyPlaces(InvitationError):
    """This number or address helps on three accounts already."""


class NotWaiting(InvitationError):
    """It was answered, taken back or not answered in time; or its holder is none any more."""


def address_of(text: str) -> tuple[str, str]:
    """The kind and the one way to write a phone number or e-mail address.

    :raises NotAnAddress: it is neither
    """
    typed = clean(text)
    if "@" in typed:
        try:
            validate_email(typed)
        except ValidationError as error:
            raise NotAnAddress from error
        return Invitation.Kind.EMAIL.value, typed.lower()
    try:
        number = phones.parse(typed)
    except phones.NotAPhone as error:
        raise NotAnAddress from error
    if not phones.is_mobile(number):
        raise NotAnAddress
    return Invitation.Kind.PHONE.value, number


@transaction.atomic
@signed
def invite(
    *,
    account: Account,
    address: str,
    role: str,
    rights: Iterable[str],
    link_ends_at: datetime | None,
    by: User,
    at: datetime,
) -> Invitation:
    """Offer a role and rights to whoever owns ``address``; telling them is the caller's.

    Whether they have a login, see the account by it or help on others is looked at when they
    accept: here it would tell the holder whose number it is.

    :raises NotAllowed: ``by`` is not the holder
    :raises NotOffered, BadEnd: see :mod:`customers.services.links`
    :raises InvitationError: one of this module's, see each
    """
    kind, value = address_of(address)
    _hold(account)
    if not links.is_holder(account, user=by, at=at):
        raise NotAllowed
    wanted = links.chosen(role=role, rights=rights)
    until = links.checked_end(link_ends_at, role=role, at=at)
    _refuse_known(account, kind, value, by=by)
    _close_expired(account, at=at)
    waiting = Invitation.objects.filter(account=account, state=State.WAITING)
    if waiting.filter(kind=kind, address=value).exists():
        raise AlreadyInvited
    if waiting.count() >= MOST_OPEN:
        raise TooMany
    made = Invitation.objects.create(
        account=account,
        invited_by=by,
        kind=kind,
        address=value,
        role=role,
        rights=wanted,
        link_ends_at=until,
        invited_at=at,
        expires_at=at + LASTS,
    )
    events.record(account=account, kind=Kind.INVITED, at=at, by=by, detail=made.masked)
    return made


@transaction.atomic
@signed
def accept(*, invitation: Invitation, by: User, at: datetime) -> AccountLink:
    """Link the login of whoever was invited, who said yes themselves; again, the same link.

    The new link shows the days that the holder's shows.

    :raises NotAllowed: the invitation went to a number or address that is not theirs, verified
    :raises NotWaiting: it is not waiting any more
    :raises AlreadySees: this login sees the account already
    :raises TooManyPlaces: it would be the fourth account on which they help
    """
    locked = _locked(invitation, by=by)
    if locked.state == State.ACCEPTED and locked.link and locked.link.user_id == by.pk:
        return locked.link
    account = locked.account
    if not _can_be_answered(locked, at=at):
        raise NotWaiting
    # Held, so that two acceptances of one person count each other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if _open_links(account).filter(user=by).exists():
        raise AlreadySees
    _refuse_many_places(by, but=account, at=at)
    holder = _open_links(account).get(user=locked.invited_by, role=Role.HOLDER)
    link = AccountLink.objects.create(
        user=by,
        account=account,
        role=locked.role,
        rights=locked.rights,
        proof=AccountLink.Proof.INVITATION,
        ends_at=locked.link_ends_at,
        moved_in_on=holder.moved_in_on,
        moved_out_on=holder.moved_out_on,
    )
    locked.link = link
    _close(locked, State.ACCEPTED, at)
    events.record(account=account, kind=Kind.LINKED, at=at, by=by, link=link, detail=locked.masked)
    return link


@transaction.atomic
@signed
def decline(*, invitation: Invitation, by: User, at: datetime) -> Invitation:
    """Say no for whoever was invited; again, it changes nothing.

    :raises NotAllowed: it is not theirs
    :raises NotWaiting: it is over otherwise
    """
    locked = _locked(invitation, by=by)
    return _ended(locked, State.DECLINED, by=by, at=at)


@transaction.atomic
@signed
def withdraw(*, invitation: Invitation, by: User, at: datetime) -> Invitation:
    """Take an invitation back; again, it changes nothing.

    :raises NotAllowed: ``by`` is not the holder
    :raises NotWaiting: it was answered meanwhile
    """
    _hold(invitation.account)
    if not links.may_manage(invitation.account, by=by, at=at):
        raise NotAllowed
    locked = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    return _ended(locked, State.WITHDRAWN, by=by, at=at)


def _ended(invitation: Invitation, state: str, *, by: User, at: datetime) -> Invitation:
    if invitation.state == state:
        return invitation
    if invitation.state != State.WAITING:
        raise NotWaiting
    _close(invitation, state, at)
    events.record(
        account=invitation.account,
        kind=Kind.INVITATION_CLOSED,
        at=at,
        by=by,
        detail=invitation.masked,
    )
    return invitation


def _close(invitation: Invitation, state: str, at: datetime) -> None:
    invitation.state, invitation.answered_at = state, at
    invitation.save(update_fields=["state", "answered_at", "link"])


def _close_expired(account: Account, *, at: datetime) -> None:
    old = Invitation.objects.filter(account=account, state=State.WAITING, expires_at__lte=at)
    old.update(state=State.EXPIRED, answered_at=at)


def _hold(account: Account) -> None:
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)


def _locked(invitation: Invitation, *, by: User) -> Invitation:
    """The invitation as it is now, held until the commit, if it went to ``by``."""
    _hold(invitation.account)
    found = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    if (found.kind, found.address) not in verified_addresses(by):
        raise NotAllowed
    return found


def _can_be_answered(invitation: Invitation, *, at: datetime) -> bool:
    is_waiting = invitation.state == State.WAITING and invitation.expires_at > at
    still_useful = invitation.link_ends_at is None or invitation.link_ends_at > at
    return (
        is_waiting
        and still_useful
        and links.is_holder(invitation.account, user=invitation.invited_by, at=at)
    )


def _open_links(account: Account) -> QuerySet[AccountLink]:
    return AccountLink.objects.filter(account=account).exclude(state=AccountLink.State.ENDED)


def _refuse_known(account: Account, kind: str, value: str, *, by: User) -> None:
    if (kind, value) in verified_addresses(by) or value in (by.email, by.phone):
        raise OwnAddress
    accepted = Invitation.objects.filter(account=account, kind=kind, address=value)
    if accepted.filter(link__in=_open_links(account)).exists():
        raise AlreadySees


def _refuse_many_places(helper: User, *, but: Account, at: datetime) -> None:
    helping = (
        AccountLink.objects.filter(user=helper, proof=AccountLink.Proof.INVITATION)
        .exclude(state=AccountLink.State.ENDED)
        .exclude(ends_at__lte=at)
        .exclude(account=but)
    )
    if helping.count() >= MOST_PLACES:
        raise TooManyPlaces
