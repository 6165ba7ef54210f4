"""The relative's own yes: a code sent to their address, named by whoever reads it there."""

from datetime import datetime

from django.db import transaction

from customers.models import Arrangement, ContactPoint, RelativeContact, User
from customers.models.arrangements import ArrangementQuerySet
from customers.services import typed_codes
from customers.services.typed_codes import Typed
from portal.lib.history import signed

from .errors import NotWaiting


@transaction.atomic
def new_relative_code(*, arrangement: Arrangement, at: datetime) -> str:
    """A code to send to the relative; it is kept nowhere.

    :raises NotWaiting: nothing is to be confirmed any more
    :raises customers.services.typed_codes.TooManyCodes: see there
    """
    current = _locked(arrangement)
    return typed_codes.renew(current, bound=_bound(current), at=at)


def confirm_relative(*, arrangement: Arrangement, code: str, by: User, at: datetime) -> Typed:
    """Compare the code that the relative named, at most five times; the right one is their yes.

    The try is counted and committed before the code is compared, so that tries in parallel find
    the limit, too.
    """
    if not typed_codes.count_try(_waiting().filter(pk=arrangement.pk), at=at):
        return Typed.DEAD
    current = RelativeContact.objects.get(pk=arrangement.pk)
    if not typed_codes.is_right(current, bound=_bound(current), code=code):
        return Typed.WRONG
    return _keep(current, by=by, at=at)


@transaction.atomic
@signed
def _keep(arrangement: RelativeContact, *, by: User, at: datetime) -> Typed:
    try:
        current = _locked(arrangement)
    except NotWaiting:
        return Typed.DEAD
    current.agreed_at, current.code_hash = at, ""
    current.save(update_fields=["agreed_at", "code_hash"])
    contact = ContactPoint.objects.select_for_update(no_key=True).get(pk=current.contact_id)
    if contact.verified_at is None:
        contact.verified_at = at
        contact.save(update_fields=["verified_at"])
    return Typed.RIGHT


def _waiting() -> ArrangementQuerySet:
    return RelativeContact.objects.filter(state=Arrangement.State.REQUESTED, agreed_at=None)


def _locked(arrangement: Arrangement) -> RelativeContact:
    """The row as it is now, held until the commit.

    :raises NotWaiting: it was confirmed, decided on or taken back
    """
    rows = _waiting().select_for_update(of=("self",), no_key=True)
    current: RelativeContact | None = rows.filter(pk=arrangement.pk).first()
    if current is None:
        raise NotWaiting
    return current


def _bound(arrangement: RelativeContact) -> str:
    """Of one arrangement and one address alone."""
    return f"relative:{arrangement.pk}:{arrangement.contact_id}"
