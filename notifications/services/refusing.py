""" "This was not me": whoever is told of a change of access stops it at once.

It only takes away, and a supervisor gives back; so a wrong alarm costs a call, and a right one
saves an address. Who is told is who may say it: outside of the site the whole code, which the
message alone has (`whole_codes`), proves that, on the site the login.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from customers.models import (
    AccountEvent,
    AccountLink,
    Arrangement,
    ContactChange,
    ContactPoint,
    Right,
    User,
)
from customers.services import arrangements, contact_changes, contact_points, links
from notifications.models import Kind, Notice
from portal.lib.periods import local_day

Role, State = AccountLink.Role, AccountLink.State


STOPS = frozenset(
    {
        AccountEvent.Kind.LINK_FROZEN,
        AccountEvent.Kind.LINK_RESTORED,
        AccountEvent.Kind.CONTACT_DISOWNED,
    }
)
"""A stop, and its lifting by a supervisor. They stop nobody: else whoever is told that somebody
said "not me" could turn it against them."""


class NotRefusable(Exception):
    """The notice is about nothing that could be stopped, too old, or not this login's to refuse."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What a warning came to."""

    stopped: AccountLink | Arrangement
    contacts: int = 0
    """Contacts that the stopped login had put in, and that are not written to any more."""


def mandate_to_stop(notice: Notice, *, at: datetime) -> Arrangement | None:
    """The auto-debit that "not me" would end, or has ended, while the notice is useful."""
    event = _refusable(notice, at=at)
    return _mandate_of(event) if event else None


def _mandate_of(event: AccountEvent) -> Arrangement | None:
    """The auto-debit whose beginning the event tells of, as it is now."""
    if event.debits_from is None or event.arrangement_id is None:
        return None
    stoppable = Q(state=Arrangement.State.IN_FORCE) | Q(closed_why=Arrangement.ClosedWhy.NOT_ME)
    return Arrangement.objects.filter(stoppable, pk=event.arrangement_id).first()


def to_stop(notice: Notice, *, at: datetime) -> AccountLink | Arrangement | None:
    """What "not me" would stop."""
    return mandate_to_stop(notice, at=at) or link_to_stop(notice, at=at)


def _refusable(notice: Notice, *, at: datetime) -> AccountEvent | None:
    is_open = notice.kind == Kind.SECURITY and notice.expires_at > at
    return notice.event if is_open else None


def link_to_stop(notice: Notice, *, at: datetime) -> AccountLink | None:
    """The link that "not me" would stop, while the notice is useful; none once it ended."""
    event = _refusable(notice, at=at)
    if event is None:
        return None
    if event.kind in STOPS or _is_mandate_disowned(event):
        return None
    link = _link_of(event)
    return None if link is None or link.state == State.ENDED else link


def _is_mandate_disowned(event: AccountEvent) -> bool:
    """Whether the event is the end that "not me" put to an auto-debit."""
    ended = event.kind == AccountEvent.Kind.ARRANGEMENT_ENDED
    made = event.arranged if ended else None
    return made is not None and made.closed_why == Arrangement.ClosedWhy.NOT_ME


def _link_of(event: AccountEvent) -> AccountLink | None:
    """The link a change is about, else the link of who made it: who invited, for example."""
    if event.link is not None or event.by_id is None:
        return event.link
    own = AccountLink.objects.filter(account=event.account_id, user=event.by_id)
    return own.exclude(state=State.ENDED).first()


def is_stopped(notice: Notice) -> bool:
    """Whether the link, or the auto-debit, that ``notice`` tells of is stopped already."""
    event = notice.event
    if event is None:
        return False
    if mandate := _mandate_of(event):
        return mandate.closed_why == Arrangement.ClosedWhy.NOT_ME
    link = _link_of(event)
    return link is not None and link.state == State.FROZEN


def is_about_money(notice: Notice) -> bool:
    """Whether an auto-debit would be stopped, and no login."""
    return notice.event is not None and notice.event.debits_from is not None


def may_refuse(notice: Notice, *, by: User, at: datetime) -> bool:
    """Whether this login may say it: the holder, one that was there before, or the one meant.

    Else an intruder would stop the people of the house. Who moved out has no say in it any more.
    """
    if mandate := mandate_to_stop(notice, at=at):
        return _holds(mandate, by=by, at=at)
    link = link_to_stop(notice, at=at)
    if link is None:
        return False
    own = AccountLink.objects.in_force().filter(account=link.account_id, user=by.pk)
    today = local_day(at)
    return any(
        one.pk == link.pk
        or (
            Right.CHANGE in one.opens
            and today in one.window
            and (one.role == Role.HOLDER or one.pk < link.pk)
        )
        for one in own.exclude(role__in=(Role.RELATIVE, Role.VIEWER))
    )


def _holds(mandate: Arrangement, *, by: User, at: datetime) -> bool:
    """Whether the contract is theirs: who pays for it says who may take money for it."""
    own = AccountLink.objects.in_force().filter(account=mandate.account_id, user=by.pk)
    today = local_day(at)
    return any(
        one.role == Role.HOLDER and Right.CHANGE in one.opens and today in one.window for one in own
    )


@transaction.atomic
def refuse(*, notice: Notice, at: datetime, by: User | None = None) -> Refused:
    """Stop the link that ``notice`` tells of, and the contacts that its login put in; or again.

    Of an auto-debit: end it; nothing was debited yet as long as it can be undone.

    ``by`` is empty where the whole code in the message was the proof.

    :raises NotRefusable: there is nothing to stop, or ``by`` may not say it
    """
    found = to_stop(notice, at=at)
    if found is None or (by is not None and not may_refuse(notice, by=by, at=at)):
        raise NotRefusable
    if isinstance(found, Arrangement):
        return Refused(_ended(found, by=by, at=at))
    return _frozen(found, by=by, at=at)


def _ended(mandate: Arrangement, *, by: User | None, at: datetime) -> Arrangement:
    if mandate.closed_why == Arrangement.ClosedWhy.NOT_ME:
        return mandate
    try:
        return arrangements.disown(arrangement=mandate, by=by, at=at)
    except arrangements.NotInForce as error:
        raise NotRefusable from error


def _frozen(link: AccountLink, *, by: User | None, at: datetime) -> Refused:
    frozen = links.freeze(link=link, at=at, by=by)
    return Refused(frozen, _stop_contacts(frozen, by=by, at=at))


def _stop_contacts(link: AccountLink, *, by: User | None, at: datetime) -> int:
    """Write no more to what this login put into the contract; what waits there stays unsent."""
    changes = ContactChange.objects.filter(account=link.account_id, user=link.user_id)
    for change in changes.open():
        contact_changes.cancel(change=change, at=at, why=ContactChange.Cancelled.NOT_POSSIBLE)
    applied = changes.filter(applied_at__gte=link.created_at).order_by("pk")
    values = {change.value for change in applied}
    contacts = ContactPoint.objects.filter(account=link.account_id, value__in=values).usable()
    return sum(contact_points.disown(contact=contact, by=by, at=at) for contact in contacts)
