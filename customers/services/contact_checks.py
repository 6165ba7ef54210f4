"""Asking again whether a contact is still the customer's, and taking the answer.

What proves a contact is a code that its owner typed (when it was put in, or in answer to this
question) or a call that staff recorded. That a message was delivered or opened proves nothing about
who reads it.
"""

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import ContactCheck, ContactTerms, User
from customers.services import contact_points, typed_codes
from customers.services.typed_codes import TooManyCodes as TooManyCodes
from customers.services.typed_codes import Typed
from portal.lib import sql
from portal.lib.history import signed
from portal.lib.periods import local_day
from portal.lib.text import clean

Answer = ContactCheck.Answer

LONG_AGO = timedelta(days=36_500)


class CheckError(Exception):
    """The question cannot be answered like this."""


class NotOpen(CheckError):
    """It was answered, or is about a contact that is not in use any more."""


class NoReference(CheckError):
    """The call or case by which the conversation is found again was not named."""


class NotRecognised(CheckError):
    """It was not said how the person on the phone, or at the counter, was recognised."""


def proven_since(*, at: datetime) -> datetime:
    """Since when a contact must have been proven to count as proven at ``at``."""
    day = local_day(at)
    terms = ContactTerms.objects.in_force(on=day).first()
    return terms.proven_since(day) if terms else at - LONG_AGO


def ask_due(*, at: datetime) -> int:
    """Ask about each contact whose last proof is too old; how many. A rerun adds nothing."""
    day = local_day(at)
    terms = ContactTerms.objects.in_force(on=day).first()
    if terms is None:
        return 0
    known = {
        "at": at,
        "day": day,
        "proven_since": terms.proven_since(day),
        "answer_days": terms.answer_days,
    }
    return len(sql.run("customers", "ask_contacts", known))


@transaction.atomic
def new_code(*, check: ContactCheck, at: datetime) -> str:
    """A code to send to the contact that is asked about; it is kept nowhere.

    :raises NotOpen: there is nothing to answer any more
    :raises TooManyCodes: see there
    """
    current = _locked(check)
    return typed_codes.renew(current, bound=_bound(current), at=at)


def confirm(*, check: ContactCheck, code: str, by: User, at: datetime) -> Typed:
    """Compare a typed code, at most five times; the right one proves the contact anew.

    The try is counted and committed before the code is compared, so that tries in parallel find
    the limit, too.
    """
    if not typed_codes.count_try(ContactCheck.objects.filter(pk=check.pk, answer=""), at=at):
        return Typed.DEAD
    current = ContactCheck.objects.get(pk=check.pk)
    if not typed_codes.is_right(current, bound=_bound(current), code=code):
        return Typed.WRONG
    try:
        _keep(current, Answer.CODE, by=by, at=at)
    except NotOpen:
        return Typed.DEAD
    return Typed.RIGHT


def confirm_by_call(
    *, check: ContactCheck, by: User, reference: str, recognised: str, at: datetime
) -> None:
    """Record that the customer said on the phone, or at the counter, that it is still theirs.

    :raises NotOpen: there is nothing to answer any more
    :raises NoReference: ``reference`` names no call
    :raises NotRecognised: ``recognised`` is none of ``ContactCheck.RECOGNISED_BY``
    """
    reference = _found_again(reference, recognised)
    _keep(check, Answer.CALL, by=by, at=at, reference=reference, recognised=recognised)


@transaction.atomic
def deny(*, check: ContactCheck, by: User, reference: str, recognised: str, at: datetime) -> None:
    """Record that the customer said it is not theirs any more: it is told so, and then no more.

    :raises NotOpen: there is nothing to answer any more
    :raises NoReference: ``reference`` names no call
    :raises NotRecognised: ``recognised`` is none of ``ContactCheck.RECOGNISED_BY``
    """
    reference = _found_again(reference, recognised)
    current = _locked(check)
    if current.contact is None:
        raise NotOpen
    contact_points.disown(
        contact=current.contact, by=by, at=at, reference=reference, recognised=recognised
    )


def _found_again(reference: str, recognised: str) -> str:
    """The call or case as it is kept, if it says with whom it was."""
    if not (reference := clean(reference)):
        raise NoReference
    if recognised not in ContactCheck.RECOGNISED_BY:
        raise NotRecognised
    return reference


@transaction.atomic
@signed
def _keep(
    check: ContactCheck,
    answer: str,
    *,
    by: User,
    at: datetime,
    reference: str = "",
    recognised: str = "",
) -> None:
    current = _locked(check)
    if current.contact is None:
        raise NotOpen
    current.contact.confirmed_at = at
    current.contact.save(update_fields=["confirmed_at"])
    current.answer, current.answered_at, current.answered_by = answer, at, by
    current.reference, current.recognised, current.code_hash = reference, recognised, ""
    current.save(
        update_fields=[
            "answer",
            "answered_at",
            "answered_by",
            "reference",
            "recognised",
            "code_hash",
        ]
    )


def _locked(check: ContactCheck) -> ContactCheck:
    """The question as it is now, held until the commit.

    :raises NotOpen: there is nothing to answer any more
    """
    rows = ContactCheck.objects.open().select_for_update(of=("self",), no_key=True)
    current = rows.select_related("contact").filter(pk=check.pk).first()
    if current is None:
        raise NotOpen
    return current


def _bound(check: ContactCheck) -> str:
    return f"still-mine:{check.pk}:{check.contact_id}"
