"""What all four kinds share: the dates, the word it rests on, and how a row is written."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from customers.models import Account, AccountEvent, Arrangement, ConsentText, Load, User
from customers.services import events
from portal.lib import secret_numbers
from portal.lib.periods import local_day
from portal.lib.text import clean

from .errors import (
    AgreedInTheFuture,
    ContractOver,
    EndsTooEarly,
    NoReference,
    NumberInText,
    OldText,
    ReviewTooFar,
    StartsInThePast,
)

REVIEWED_WITHIN = timedelta(days=366)

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
    agreed_on: date | None = None
    """The day of an agreement on paper; None where it is agreed on now."""
    load: Load | None = None
    """The file that brought it; None where a person recorded it."""
    consent_text: ConsentText | None = None
    """What was read aloud, word by word; None where nothing was."""


def draft(
    model: type[Kind], *, account: Account, terms: Terms, by: User, at: datetime, **details: Any
) -> Kind:
    """One arrangement of the kind ``model``, not written yet; asks the database nothing.

    :raises ArrangementError: the contract or the dates do not fit, or what it rests on is missing
    """
    today = local_day(at)
    if account.ends_on is not None and account.ends_on <= today:
        raise ContractOver
    terms = _checked(terms, today=today)
    return model(
        account=account,
        kind=model.KIND,  # type: ignore[attr-defined]  # each kind has one, the base has none
        requested_by=by,
        requested_at=at,
        **{field.name: getattr(terms, field.name) for field in fields(terms)},
        **details,
    )


def record(made: Kind, *, by: User, at: datetime) -> Kind:
    """Write one arrangement that was drafted.

    :raises OldText: another text was read aloud than is to be
    """
    _refuse_old_text(made.consent_text, kind=made.kind, today=local_day(at))
    made.save(force_insert=True)
    if made.state == Arrangement.State.IN_FORCE:
        tell([made], AccountEvent.Kind.ARRANGED, by=by, at=at)
    return made


def tell(
    made: Iterable[Arrangement], kind: AccountEvent.Kind, *, by: User | None, at: datetime
) -> None:
    """Write down, for everyone who is told, what became of arrangements."""
    events.record_arrangements(made, kind=kind, by=by, at=at)


def _checked(terms: Terms, *, today: date) -> Terms:
    if terms.starts_on < today:
        raise StartsInThePast
    if terms.ends_on is not None and terms.ends_on <= terms.starts_on:
        raise EndsTooEarly
    if not terms.starts_on < terms.review_on <= terms.starts_on + REVIEWED_WITHIN:
        raise ReviewTooFar
    if terms.agreed_on is not None and terms.agreed_on > today:
        raise AgreedInTheFuture
    if not (reference := clean(terms.reference)):
        raise NoReference
    return replace(terms, reference=reference, note=free_text(terms.note, field="note"))


def _refuse_old_text(text: ConsentText | None, *, kind: str, today: date) -> None:
    if text is not None and text != ConsentText.objects.in_force(kind=kind, on=today):
        raise OldText


def free_text(text: str, *, field: str) -> str:
    """``text`` cleaned, if it keeps no secret.

    :raises NumberInText: it holds a bank, card or identity number
    """
    text = clean(text)
    if secret_numbers.stand_in(text):
        raise NumberInText(field=field)
    return text


def lock_all(numbers: Iterable[str]) -> dict[str, Account]:
    """Accounts by their customer codes, held as by :func:`lock`, in one order for everyone."""
    rows = Account.objects.select_for_update(no_key=True).filter(number__in=list(numbers))
    return {account.number: account for account in rows.order_by("pk")}


def lock(account_id: int) -> Account:
    """The account, held until the transaction ends, so that its arrangements change one by one."""
    return Account.objects.select_for_update(no_key=True).get(pk=account_id)
