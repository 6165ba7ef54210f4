"""An arrangement confirmed again by a recorded call or letter: who said it, and until when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from customers.models import AccountEvent, Arrangement, Renewal, User, WorkItem
from customers.services import work
from portal.lib.history import signed
from portal.lib.periods import local_day
from portal.lib.text import clean

from .deciding import HOLDING, locked
from .errors import (
    AlreadyRenewed,
    MandateOver,
    NoReference,
    NotInForce,
    RanOut,
    ReviewTooFar,
    explained,
)
from .terms import REVIEWED_WITHIN, tell

OVER_AT_THE_BANK = (Arrangement.Mandate.CANCELLED, Arrangement.Mandate.EXPIRED)


@dataclass(frozen=True, kw_only=True)
class Word:
    """On whose word it goes on, and by when they are asked the next time."""

    review_on: date
    said_by: str = Arrangement.SaidBy.HOLDER
    said_via: str = Arrangement.SaidVia.CALL
    reference: str


@explained()
@transaction.atomic
@signed
def renew(
    *, arrangement: Arrangement, reviewed_on: date, word: Word, by: User, at: datetime
) -> Arrangement:
    """Let an arrangement in force, or one that expired, go on until another review.

    Same bank account, same destination, same relative: nobody new is involved, so one person is
    enough.

    :param reviewed_on: the review that was seen; of twenty who confirm it at once, one does
    :raises AlreadyRenewed: somebody confirmed it since
    :raises NotInForce: it is neither in force nor expired
    :raises RanOut: its own last day comes before it could go on
    :raises MandateOver: the bank debits no more; that needs another mandate
    :raises NoReference: no call or letter is named
    :raises ReviewTooFar: the next review is not after this one, or more than a year away
    """
    current = locked(arrangement)
    today = local_day(at)
    if current.state not in HOLDING:
        raise NotInForce
    if current.review_on != reviewed_on:
        raise AlreadyRenewed
    if current.ends_on is not None and current.ends_on <= today:
        raise RanOut
    if current.mandate in OVER_AT_THE_BANK:
        raise MandateOver
    _keep(current, word=word, by=by, at=at)
    current.state, current.review_on = Arrangement.State.IN_FORCE, word.review_on
    current.closed_at = current.closed_by = None
    current.save(update_fields=["state", "review_on", "closed_at", "closed_by"])
    work.settle_reviews(arrangement=current, outcome=WorkItem.Outcome.RENEWED, by=by, at=at)
    tell([current], AccountEvent.Kind.ARRANGEMENT_RENEWED, by=by, at=at)
    return current


def _keep(current: Arrangement, *, word: Word, by: User, at: datetime) -> None:
    """Write down who said it, beside what it rested on before."""
    if not (reference := clean(word.reference)):
        raise NoReference
    today = local_day(at)
    if not max(today, current.review_on) < word.review_on <= today + REVIEWED_WITHIN:
        raise ReviewTooFar
    Renewal.objects.create(
        arrangement_id=current.pk,
        reviewed_on=current.review_on,
        review_on=word.review_on,
        said_by=word.said_by,
        said_via=word.said_via,
        reference=reference,
        by=by,
        at=at,
    )
