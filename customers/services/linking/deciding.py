"""The holder's yes or no to somebody who wants to see the address."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from customers.models import Account, AccountLink, LinkRequest, User
from customers.services import links

from .errors import NotAllowed, NotWaiting
from .joining import join

State = LinkRequest.State


@transaction.atomic
def accept(
    *, request: LinkRequest, by: User, role: str, rights: Iterable[str], at: datetime
) -> LinkRequest:
    """Let the person see the address in the role and with the rights that the holder chose.

    :raises NotAllowed: ``by`` does not hold the contract
    :raises NotWaiting: it was answered, taken back, or has expired
    :raises links.NotOffered: the role cannot be given, or opens less than was chosen
    :raises Gone: the person is linked already
    :raises TooManyAddresses: the person sees as many addresses as one login may
    """
    held, account = _held(request, by=by, at=at)
    chosen = links.chosen(role=role, rights=rights)
    held.decided_by = by
    join(
        request=held,
        account=account,
        proof=AccountLink.Proof.HOLDER,
        role=AccountLink.Role(role),
        rights=chosen,
        at=at,
    )
    return held


@transaction.atomic
def refuse(*, request: LinkRequest, by: User, at: datetime) -> LinkRequest:
    """Say no; the person learns that the request is over, and nothing else.

    :raises NotAllowed: ``by`` does not hold the contract
    :raises NotWaiting: it was answered, taken back, or has expired
    """
    held, _account = _held(request, by=by, at=at)
    held.state, held.decided_by, held.closed_at = State.REFUSED, by, at
    held.save(update_fields=["state", "decided_by", "closed_at"])
    return held


def _held(request: LinkRequest, *, by: User, at: datetime) -> tuple[LinkRequest, Account]:
    """The request as it is now, it and its account held until the commit."""
    rows = LinkRequest.objects.filter(pk=request.pk, state=State.WAITING, account__isnull=False)
    held = rows.in_time(at).select_for_update(no_key=True).first()
    if held is None:
        raise NotWaiting
    account = Account.objects.select_for_update(no_key=True).get(link_requests=held.pk)
    if not links.is_holder(account, user=by, at=at):
        raise NotAllowed
    return held, account
