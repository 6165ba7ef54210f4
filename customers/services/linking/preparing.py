"""What the background does with a request: find the account, and make the code that is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, IntegerField, Q, Value, When

from customers.models import (
    Account,
    AccountEvent,
    AccountLink,
    ContactCheck,
    ContactPoint,
    LinkRequest,
)
from customers.services import events, typed_codes
from portal.lib.periods import local_day

from . import limits
from .codes import contact_hash

Proof = AccountLink.Proof

SETTLES_IN = timedelta(hours=72)
"""A contact that is not the contract's proves who somebody is only after this time."""
LOST_AFTER = timedelta(seconds=20)
_CHEAPEST_FIRST = [ContactPoint.Kind.EMAIL, ContactPoint.Kind.ZALO, ContactPoint.Kind.PHONE]


@dataclass(frozen=True, slots=True)
class CodeToSend:
    """A code in clear, on its way out; nothing keeps it."""

    contact: ContactPoint
    code: str
    request: LinkRequest


@transaction.atomic
def prepare(*, request: int, at: datetime) -> CodeToSend | None:
    """Look up what a request is about; the code to send, where one is to be sent. Once a request.

    Call it in the transaction that queues the code.
    """
    rows = LinkRequest.objects.unprepared().in_time(at).select_for_update(no_key=True)
    found = rows.filter(pk=request).first()
    if found is None:
        return None
    found.prepared_at = at
    found.account = linkable(found.number, at=at)
    if found.account is None:
        found.save(update_fields=["prepared_at"])
        return None
    code = _code(found, found.account, at=at)
    found.save(update_fields=["prepared_at", "account", "code_hash", "sent_at"])
    if code or found.proof == Proof.HOLDER:
        kind = AccountEvent.Kind.LINK_ASKED
        events.record(account=found.account, kind=kind, at=at, by=found.user)
    return code


def lost(*, at: datetime) -> list[int]:
    """Requests whose call to the background was lost."""
    rows = LinkRequest.objects.unprepared().in_time(at).filter(created_at__lt=at - LOST_AFTER)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def linkable(number: str, *, at: datetime) -> Account | None:
    """The account with this number, held until the commit; none where its contract has ended."""
    accounts = Account.objects.in_force_on(local_day(at)).select_for_update(no_key=True)
    return accounts.filter(number=number).first()


def is_stopped(account: Account) -> bool:
    """Whether somebody said "this was not me" here: only a person settles that."""
    return AccountLink.objects.filter(account=account, state=AccountLink.State.FROZEN).exists()


def _code(request: LinkRequest, account: Account, *, at: datetime) -> CodeToSend | None:
    if request.proof != Proof.CONTACT or is_stopped(account):
        return None
    contact = _contact(account, at=at)
    if contact is None or _is_pestered(contact, at=at):
        return None
    code = typed_codes.draw()
    request.code_hash, request.sent_at = contact_hash(request, code), at
    return CodeToSend(contact=contact, code=code, request=request)


def _contact(account: Account, *, at: datetime) -> ContactPoint | None:
    """The holder's contact that gets the code: of the contract, or long known to be theirs."""
    settled = Q(source=ContactPoint.Source.CONTRACT) | Q(verified_at__lte=at - SETTLES_IN)
    order = Case(
        *(When(kind=kind, then=Value(place)) for place, kind in enumerate(_CHEAPEST_FIRST)),
        output_field=IntegerField(),
    )
    theirs = account.contacts.usable().filter(settled, owner=ContactPoint.Owner.HOLDER)
    # Asked whether it is still theirs, and silent: whoever reads it now may be a stranger.
    late = ContactCheck.objects.late_on(local_day(at)).filter(account=account)
    theirs = theirs.exclude(value__in=late.values("contact__value"))
    return theirs.order_by(order, "pk").first()


def _is_pestered(contact: ContactPoint, *, at: datetime) -> bool:
    """Whether this person got as many codes as one may, for whichever of their accounts."""
    limits.take_turns(f"contact {contact.value}")
    accounts = ContactPoint.objects.filter(value=contact.value).values("account")
    sent = LinkRequest.objects.filter(account__in=accounts)
    in_hour = sent.filter(sent_at__gt=at - limits.HOUR).count()
    in_day = sent.filter(sent_at__gt=at - limits.DAY).count()
    return in_hour >= limits.MOST_SENT_IN_HOUR or in_day >= limits.MOST_SENT_IN_DAY
