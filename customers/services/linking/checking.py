"""An agent's check of somebody who wants to see an address, recorded question by question."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from customers.models import Account, AccountLink, LinkCheck, LinkRequest, User
from portal.lib.text import clean

from .errors import NoReference, NotEnough, NotWaiting, SamePerson
from .joining import holder_of, join

Role, State = AccountLink.Role, LinkRequest.State


@transaction.atomic
def record(
    *,
    request: LinkRequest,
    by: User,
    asked: Iterable[str],
    result: str,
    reference: str,
    at: datetime,
) -> LinkCheck:
    """Write a check down and do what follows: link, refuse, or leave the request waiting.

    Who passes becomes the holder where there is none, else a member of the household.

    :raises SamePerson: ``by`` asked for it themselves
    :raises NotWaiting: it was answered, taken back, or has expired
    :raises NoReference: ``reference`` is empty
    :raises NotEnough: it passed by nothing but what stands on a bill
    :raises Gone: the person is linked already
    :raises TooManyAddresses: the person sees as many addresses as one login may
    """
    held, account = _held(request, at=at)
    if held.user_id == by.pk:
        raise SamePerson
    check = _written(account, by, sorted(set(asked)), result, clean(reference), at)
    if result == LinkCheck.Result.PASSED:
        held.passed_check = check
        role = Role.HOUSEHOLD if holder_of(account, at=at) else Role.HOLDER
        join(request=held, account=account, proof=AccountLink.Proof.AGENT, role=role, at=at)
    elif result == LinkCheck.Result.FAILED:
        held.state, held.closed_at = State.REFUSED, at
        held.save(update_fields=["state", "closed_at"])
    return check


def _written(
    account: Account, by: User, asked: list[str], result: str, reference: str, at: datetime
) -> LinkCheck:
    if not reference:
        raise NoReference
    has_proof = bool(set(asked) & set(LinkCheck.PROVES))
    if not asked or (result == LinkCheck.Result.PASSED and not has_proof):
        raise NotEnough
    return LinkCheck.objects.create(
        account=account, by=by, asked=asked, result=result, reference=reference, at=at
    )


def _held(request: LinkRequest, *, at: datetime) -> tuple[LinkRequest, Account]:
    rows = LinkRequest.objects.filter(pk=request.pk, state=State.WAITING, account__isnull=False)
    held = rows.in_time(at).select_for_update(no_key=True).first()
    if held is None:
        raise NotWaiting
    return held, Account.objects.select_for_update(no_key=True).get(link_requests=held.pk)
