"""What all four kinds share: the dates, the word it rests on, and how a row is written."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from customers.models import Account, AccountEvent, Arrangement, User
from customers.services import events
from portal.lib import phones
from portal.lib.periods import local_day
from portal.lib.text import clean

from .errors import EndsTooEarly, NoReference, NumberInText, ReviewTooFar, StartsInThePast

REVIEWED_WITHIN = timedelta(days=366)

# Card and identity numbers have twelve digits or more, however they are grouped.
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){11}")
# Bank accounts and old identity cards have nine or more in one piece; a phone may stand in a note,
# and so may a customer code, which begins with letters.
_NUMBER = re.compile(r"(?<![A-Za-z\d])\d{9,11}(?!\d)")

Kind = TypeVar("Kind", bound=Arrangement)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """From when until when, reviewed by when, and on whose word.

    ``reference`` finds the call or letter again; ``ends_on`` is the first day without it.
    """

    starts_on: date
    review_on: date
    ends_on: date | None = None
    said_by: str = Arrangement.SaidBy.HOLDER
    said_via: str = Arrangement.SaidVia.CALL
    reference: str
    note: str = ""


def record(
    model: type[Kind], *, account: Account, terms: Terms, by: User, at: datetime, **details: Any
) -> Kind:
    """Write one arrangement of the kind ``model``.

    :raises ArrangementError: the dates do not fit, or what it rests on is missing
    """
    terms = _checked(terms, today=local_day(at))
    made = model.objects.create(
        account=account,
        kind=model.KIND,  # type: ignore[attr-defined]  # each kind has one, the base has none
        requested_by=by,
        requested_at=at,
        **asdict(terms),
        **details,
    )
    if made.state == Arrangement.State.IN_FORCE:
        arranged = AccountEvent.Kind.ARRANGED
        events.record(account=account, kind=arranged, at=at, by=by, detail=made.kind)
    return made


def _checked(terms: Terms, *, today: date) -> Terms:
    if terms.starts_on < today:
        raise StartsInThePast
    if terms.ends_on is not None and terms.ends_on <= terms.starts_on:
        raise EndsTooEarly
    if not terms.starts_on < terms.review_on <= terms.starts_on + REVIEWED_WITHIN:
        raise ReviewTooFar
    if not (reference := clean(terms.reference)):
        raise NoReference
    return replace(terms, reference=reference, note=free_text(terms.note, field="note"))


def free_text(text: str, *, field: str) -> str:
    """``text`` cleaned, if it keeps no secret.

    :raises NumberInText: it holds a bank, card or identity number
    """
    text = clean(text)
    if _LONG_NUMBER.search(text) or any(not _is_phone(found) for found in _NUMBER.findall(text)):
        raise NumberInText(field=field)
    return text


def _is_phone(digits: str) -> bool:
    """Whether it is written as people write a phone: old identity numbers have no zero in front."""
    if not digits.startswith(("0", "84")):
        return False
    try:
        phones.parse(digits)
    except phones.NotAPhone:
        return False
    return True


def lock(account_id: int) -> Account:
    """The account, held until the transaction ends, so that its arrangements change one by one."""
    return Account.objects.select_for_update(no_key=True).get(pk=account_id)
