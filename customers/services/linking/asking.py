"""Asking to see the account with a number: written down, and nothing looked up."""

from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction

from customers.models import AccountLink, LinkRequest, User

from . import alarms, limits
from .codes import network_hash, new_reference
from .errors import AlreadyLinked, TooMany, TooManyAddresses

Proof, State = AccountLink.Proof, LinkRequest.State

TIME_FOR = {
    Proof.CONTACT: timedelta(minutes=15),
    Proof.LETTER: timedelta(hours=1),
    Proof.HOLDER: timedelta(days=14),
    Proof.AGENT: timedelta(days=14),
}
"""How long a request of each kind can be answered."""


def ask(*, user: User, number: str, proof: str, network: str, at: datetime) -> LinkRequest:
    """Ask to see the account with ``number``; an earlier request of the same kind is dead at once.

    :param number: as :func:`numbers.number_in` gives it, of an account or of nobody
    :param network: whence the request comes; only its keyed hash is kept
    :raises AlreadyLinked: the login sees it already
    :raises TooManyAddresses: the login sees as many addresses as one may
    :raises TooMany: a limit is reached; does not say which
    """
    _check_own(user, number, at=at)
    made = _ask(user, number, Proof(proof), network_hash(network), at)
    if made is None:
        raise TooMany
    return made


def _check_own(user: User, number: str, *, at: datetime) -> None:
    mine = AccountLink.objects.filter(user=user, account__number=number)
    if mine.exclude(state=AccountLink.State.ENDED).in_force().exists():
        raise AlreadyLinked
    if limits.addresses_of(user, at=at) >= limits.MOST_ADDRESSES:
        raise TooManyAddresses


@transaction.atomic
def _ask(
    user: User, number: str, proof: AccountLink.Proof, network: str, at: datetime
) -> LinkRequest | None:
    limits.take_turns(f"login {user.pk}", f"number {number}", f"network {network}")
    alarms.raise_for_login(user, at=at)
    if limits.are_reached(user=user, number=number, network=network, proof=proof, at=at):
        return None
    earlier = LinkRequest.objects.open().filter(user=user, number=number, proof=proof)
    earlier.update(state=State.REPLACED, closed_at=at)
    made = LinkRequest.objects.create(
        reference=new_reference(),
        user=user,
        number=number,
        proof=proof,
        state=State.OPEN if proof in LinkRequest.BY_CODE else State.WAITING,
        network=network,
        created_at=at,
        expires_at=at + TIME_FOR[proof],
    )
    _ring(made.pk)
    return made


def _ring(request: int) -> None:
    """Let the background look the account up once this is committed; the clock makes up for losses.

    By name, because services know no tasks; robustly, because the request is written down whatever
    becomes of the broker.
    """
    transaction.on_commit(
        lambda: current_app.send_task(
            "portal.tasks.prepare_link", kwargs={"request": request}, retry=False
        ),
        robust=True,
    )
