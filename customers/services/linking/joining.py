"""Making the link once something is proven: the one place where requests become links."""

from datetime import date, datetime

from django.db.models import F, Max

from customers.models import Account, AccountEvent, AccountLink, LinkRequest
from customers.services import events, links
from portal.lib.periods import local_day

from . import limits
from .asking import TIME_FOR
from .errors import Gone, TooManyAddresses

Proof, Role, State = AccountLink.Proof, AccountLink.Role, LinkRequest.State


def join_or_wait(
    *, request: LinkRequest, account: Account, proof: AccountLink.Proof, at: datetime
) -> None:
    """Link the first who proves it as the holder; whoever comes after waits for the holder's yes.

    Request and account are held by the caller.
    """
    request.account, request.proven_at = account, at
    if not _is_held(account, at=at):
        join(request=request, account=account, proof=proof, role=Role.HOLDER, at=at)
        return
    request.state, request.expires_at = State.WAITING, at + TIME_FOR[Proof.HOLDER]
    request.save()
    kind = AccountEvent.Kind.LINK_ASKED
    events.record(account=account, kind=kind, at=at, by=request.user)


def join(
    *,
    request: LinkRequest,
    account: Account,
    proof: AccountLink.Proof,
    role: AccountLink.Role,
    at: datetime,
    rights: list[str] | None = None,
) -> None:
    """Make the link of ``request`` and close it; request and account are held by the caller.

    :raises Gone: the login is linked already, or its link was stopped
    :raises TooManyAddresses: the login sees as many addresses as one may
    """
    limits.take_turns(f"addresses of {request.user_id}")
    _end_overdue(account, at=at)
    own = AccountLink.objects.filter(user=request.user, account=account)
    if own.exclude(state=AccountLink.State.ENDED).exists():
        raise Gone
    if limits.addresses_of(request.user, at=at) >= limits.MOST_ADDRESSES:
        raise TooManyAddresses
    request.link = AccountLink.objects.create(
        user=request.user,
        account=account,
        role=role,
        rights=rights or sorted(AccountLink.USUAL[role]),
        proof=proof,
        **_window(account, role=role),
    )
    request.state, request.proved_by, request.closed_at = State.LINKED, proof, at
    request.account = account
    request.save()
    kind = AccountEvent.Kind.LINKED
    events.record(account=account, kind=kind, at=at, by=request.user, link=request.link)


def holder_of(account: Account, *, at: datetime) -> AccountLink | None:
    """The link of whoever holds the contract now, also where it was stopped after a warning."""
    _end_overdue(account, at=at)
    holders = AccountLink.objects.filter(account=account, role=Role.HOLDER, moved_out_on=None)
    return holders.exclude(state=AccountLink.State.ENDED).first()


def _is_held(account: Account, *, at: datetime) -> bool:
    """Whether somebody has to say yes. Who held an earlier contract has nothing to say any more."""
    holder = holder_of(account, at=at)
    if holder is None:
        return False
    if account.starts_on is None or local_day(holder.created_at) >= account.starts_on:
        return True
    links.hand_over(account=account, on=account.starts_on, at=at)
    return False


def _end_overdue(account: Account, *, at: datetime) -> None:
    """A link whose time is over must not stand in anybody's way."""
    over = AccountLink.objects.filter(account=account, ends_at__lte=at)
    over.exclude(state=AccountLink.State.ENDED).update(state=AccountLink.State.ENDED)


def _window(account: Account, *, role: AccountLink.Role) -> dict[str, date | None]:
    """The days the newcomer may see: a holder's follow the last one's, others' are the holder's.

    Where a holder leaves on a day to come, whoever sees the address by their yes leaves with them.
    """
    holders = AccountLink.objects.filter(account=account, role=Role.HOLDER)
    if role == Role.HOLDER:
        left_on = holders.aggregate(left_on=Max("moved_out_on"))["left_on"]
        return {"moved_in_on": max(filter(None, (left_on, account.starts_on)), default=None)}
    present = holders.exclude(state=AccountLink.State.ENDED)
    last = present.order_by(F("moved_out_on").desc(nulls_first=True), "-pk").first()
    if last is None:
        return {"moved_in_on": account.starts_on}
    return {"moved_in_on": last.moved_in_on, "moved_out_on": last.moved_out_on}
