"""What an arrangement would mean, by making it and taking it back: nothing of it is ever kept.

The services themselves record and approve it, so that what is shown before is what happens after.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from customers.models import Account, Arrangement, RelativeContact, User

from .deciding import approve
from .terms import Terms

# Nobody approves what is only supposed; no login has this key, and no commit ever checks it.
NOBODY = User(pk=0)


@contextmanager
def supposed(
    verb: Callable[..., Arrangement],
    *,
    account: Account,
    terms: Terms,
    by: User,
    at: datetime,
    **details: Any,
) -> Iterator[Arrangement]:
    """Inside the block the arrangement holds; at its end nothing of it was written.

    :raises ArrangementError: it would be refused
    :raises portal.lib.phones.NotAPhone: what should be a number is none
    """
    with transaction.atomic():
        made = verb(account=account, terms=terms, by=by, at=at, **details)
        yield _approved(made, at=at)
        transaction.set_rollback(True)


@contextmanager
def supposed_approved(arrangement: Arrangement, *, at: datetime) -> Iterator[Arrangement]:
    """Inside the block what waits is approved; at its end it waits as before.

    :raises ArrangementError: it could not be approved
    """
    with transaction.atomic():
        yield _approved(arrangement.terms, at=at)
        transaction.set_rollback(True)


def _approved(made: Arrangement, *, at: datetime) -> Arrangement:
    if made.state != Arrangement.State.REQUESTED:
        return made
    _agree(made, at=at)
    return approve(arrangement=made, by=NOBODY, at=at)


def _agree(made: Arrangement, *, at: datetime) -> None:
    """As if the relative had named their code, which proves their address too."""
    if isinstance(made, RelativeContact):
        made.agreed_at = made.contact.verified_at = at
        made.save(update_fields=["agreed_at"])
        made.contact.save(update_fields=["verified_at"])
