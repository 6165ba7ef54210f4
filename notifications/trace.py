"""Why a notice came and which ways it took, in plain words for its owner; writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from customers.models import Account, User
from notifications.models import Channel, Dispatch, Kind, KindPolicy, LegalClass, Notice
from notifications.services import fillings, rendering
from notifications.services.rendering import Words
from notifications.words import masked_address, state, tone

Status = Dispatch.Status
TESTS_SHOWN = 3
BEFORE_SENDING = (Status.HELD, Status.QUEUED, Status.SENDING)
WENT_OUT = (Status.ACCEPTED, Status.DELIVERED, Status.SEEN, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Step:
    """One channel a notice took, and how that went."""

    channel: str
    address: str
    whose: str
    status: str
    tone: str
    why: str
    at: datetime | None
    said: Words | None = None
    """What we wrote, once it went out."""
    beside: int = 0
    """How many other notices went in the same mail."""


def steps(notice: Notice, *, reader: User, is_holder: bool) -> list[Step]:
    """The channels outside the site that a notice took, in their order. Two queries.

    Who chose to be told beside the holder is shown to the holder, and each to themselves.
    """
    dispatches = notice.dispatches.exclude(channel=Channel.INBOX).in_order()
    if not is_holder:
        others = Q(recipient=Dispatch.Recipient.LINKED) & ~Q(
            address__in=[reader.email or "", reader.phone or ""]
        )
        dispatches = dispatches.exclude(others)
    written = {
        dispatch.pk: rendering.again(filling)
        for dispatch, filling in fillings.sent(notice)
        if dispatch.status not in BEFORE_SENDING
    }
    beside = _beside(dispatches)
    return [
        step(dispatch, said=written.get(dispatch.pk), beside=beside.get(dispatch.digest, 0))
        for dispatch in dispatches
    ]


def _beside(dispatches: Iterable[Dispatch]) -> dict[UUID | None, int]:
    """By digest, how many others were in it; asks nothing where there is none."""
    digests = {one.digest for one in dispatches if one.digest and one.status in WENT_OUT}
    counted = Dispatch.objects.filter(digest__in=digests).values("digest").annotate(all=Count("pk"))
    return {row["digest"]: row["all"] - 1 for row in counted}


def step(dispatch: Dispatch, *, said: Words | None = None, beside: int = 0) -> Step:
    """One dispatch as its owner may read it; of the address only what is needed to know it."""
    is_holder = dispatch.recipient == Dispatch.Recipient.HOLDER
    return Step(
        channel=dispatch.get_channel_display(),
        address=masked_address(dispatch),
        whose="" if is_holder else dispatch.get_recipient_display(),
        status=state(dispatch),
        tone=tone(dispatch),
        why=_why(dispatch),
        at=dispatch.seen_at or dispatch.delivered_at or dispatch.accepted_at,
        said=said,
        beside=beside,
    )


def _why(dispatch: Dispatch) -> str:
    if dispatch.status == Status.HELD:
        return _("Only if the ways before it do not arrive.")
    if dispatch.status == Status.ACCEPTED:
        return _("There is no word yet whether it arrived.")
    return f"{dispatch.get_reason_display()}." if dispatch.reason else ""


def why(notice: Notice) -> str:
    """Why the notice was sent at all. One query."""
    kind = Kind(notice.kind)
    if kind == Kind.TEST_MESSAGE:
        return _("You asked for this message yourself.")
    if kind == Kind.USE_THRESHOLD:
        return _("You asked to be told when the use is above this threshold.")
    if kind == Kind.UNUSUAL_USE:
        return _("Your meter showed far more than on the days before; you choose where.")
    if kind == Kind.SECURITY:
        return _("It is about who sees your address: that goes everywhere you can be reached.")
    if kind == Kind.CONTACT_CHECK:
        return _("We ask now and then whether we still write to you and to nobody else.")
    reasons = {
        LegalClass.STATUTORY: _("The law or your contract requires us to tell you this."),
        LegalClass.SERVICE: _("It belongs to the service at this address; you choose where."),
        LegalClass.ADVICE: _("You agreed to get advice and surveys; you can take that back."),
    }
    return reasons[LegalClass(KindPolicy.objects.get(kind=kind).legal_class)]


@dataclass(frozen=True, slots=True)
class Test:
    """A test message and what became of it."""

    sent_at: datetime
    step: Step


def tests(account: Account) -> list[Test]:
    """The newest test messages sent outside the site. One query."""
    sent: Iterable[Dispatch] = (
        Dispatch.objects.filter(notice__account=account, notice__kind=Kind.TEST_MESSAGE)
        .exclude(channel=Channel.INBOX)
        .select_related("notice")
        .order_by("-notice__planned_at", "-pk")[:TESTS_SHOWN]
    )
    return [Test(dispatch.notice.planned_at, step(dispatch)) for dispatch in sent]
