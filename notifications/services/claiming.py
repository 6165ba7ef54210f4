"""Taking due dispatches: each by one sender, with its call written down before it is made."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from notifications.models import Dispatch, Kind
from notifications.security import OLD_CONTACT_TOLD, REPLACED
from notifications.services import (
    channel_states,
    contract_sms,
    guarding,
    own_choices,
    pacing,
    quiet,
    routing,
    thresholds,
)
from portal.lib import sql

APP = "notifications"
# Longer than any call may take (a channel's deadline), with time to record what came of it.
LEASE = timedelta(seconds=60)
# Providers that drop repetitions remember our reference for a day.
DOUBTS_LAST = timedelta(hours=20)
# Lanes by their highest priority number: what is urgent never waits behind bulk.
URGENT, ALL = 3, 9
# What is stopped is looked at again after so long, or as soon as it goes on (see halts).
PUT_OFF = timedelta(hours=1)
# Notices in one message to one address, so that it can still be read.
MOST_TOGETHER = 20
# Pointless once the bill is paid.
PAYABLE = [Kind.PAYMENT_REMINDER, Kind.PAYMENT_OVERDUE, Kind.DEBIT_FAILED, Kind.DISCONNECTION]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One call this sender must make; ``number`` proves that the dispatch is still its own."""

    dispatch: int
    notice: int
    number: int
    reference: UUID
    address: str
    contact: int | None
    crashes: int
    confirm_within: timedelta | None
    """How long silence is waited for; None where nobody waits."""
    link: int | None = None
    """By which a linked person is told, beside the holder."""
    in_full: bool = True
    """Whether the recipient may read all that the notice says."""
    digest: UUID | None = None
    """Of the one message in which it goes together with others."""

    @property
    def sent_as(self) -> UUID:
        """The reference that the provider is told."""
        return self.digest or self.reference


@dataclass(frozen=True, slots=True)
class Batch:
    """What one claim took: calls to make, and how many rows were put aside instead."""

    claims: list[Claim]
    put_aside: int = 0
    is_paced: bool = False
    """The provider's pace, shared by all senders, allowed fewer than were asked for."""

    @property
    def taken(self) -> int:
        return len(self.claims) + self.put_aside

    @property
    def calls(self) -> int:
        """How many messages they are; a digest is one."""
        return len({claim.sent_as for claim in self.claims})


def claim(
    *, channel: str, at: datetime, limit: int, lane: int = ALL, suspects: bool = False
) -> Batch:
    """Lease up to ``limit`` due dispatches and begin an attempt of each.

    Whatever may not go (any more) is put aside with its reason, and its next channel queued; what
    falls into quiet hours or is stopped waits for the end of that, and is judged anew then.
    ``suspects``: those whose sender died before; claim them one at a time.
    """
    wanted = channel_states.room(channel=channel, at=at, wanted=limit)
    # In a transaction of its own: whoever waits for a row must not hold up the other senders.
    granted = pacing.take(channel=channel, wanted=wanted)
    if not granted:
        return Batch([], is_paced=bool(wanted))
    if pacing.is_scarce(channel=channel, at=at):
        lane = min(lane, URGENT)
    batch = _claim(channel=channel, at=at, limit=granted, lane=lane, suspects=suspects)
    pacing.give_back(channel=channel, number=granted - batch.calls)
    return replace(batch, is_paced=granted < wanted and batch.taken >= granted)


@transaction.atomic
def _claim(*, channel: str, at: datetime, limit: int, lane: int, suspects: bool) -> Batch:
    backend = import_string(settings.CHANNELS[channel]["BACKEND"])
    # What a sender died over goes by itself.
    digests = backend.digests and not suspects
    due = {"channel": channel, "lane": lane, "at": at, "limit": limit, "suspects": suspects}
    taken = _take(due, with_company=digests)
    if not taken:
        return Batch([])
    rows = sql.run_prepared(
        APP,
        "claim_dispatches",
        {
            "taken": taken,
            "digests": digests,
            "deduplicates": backend.deduplicates,
            **_judging(at),
        },
        {
            "hindrances": sql.statement(APP, "judge_dispatches"),
            **guarding.parts(),
            **own_choices.parts(),
            **contract_sms.parts(),
        },
    )
    claims, put_aside, waits = [], [], 0
    for dispatch, notice, status, number, reference, address, contact, crashes, *rest in rows:
        if status == Dispatch.Status.QUEUED:
            waits += 1
            continue
        if status != Dispatch.Status.SENDING:
            put_aside.append(notice)
            continue
        confirm, link, in_full, digest = rest
        claims.append(
            Claim(
                dispatch=dispatch,
                notice=notice,
                number=number,
                reference=reference,
                address=address,
                contact=contact,
                crashes=crashes,
                confirm_within=confirm,
                link=link,
                in_full=in_full,
                digest=digest,
            )
        )
    routing.advance(notices=put_aside, at=at)
    return Batch(claims, len(put_aside) + waits)


def _take(due: dict[str, object], *, with_company: bool) -> list[int]:
    """Lock what is due, and what goes along with it in one message."""
    taken = [pk for (pk,) in sql.run(APP, "take_dispatches", due)]
    if taken and with_company:
        known = {**due, "taken": taken, "most": MOST_TOGETHER}
        taken = list({*taken, *(pk for (pk,) in sql.run(APP, "take_company", known))})
    return taken


def _judging(at: datetime) -> dict[str, object]:
    """What the judgement goes by, whatever the channel."""
    today = timezone.localdate(at)
    return {
        "at": at,
        "day": today,
        "lease": LEASE,
        "most": MOST_TOGETHER,
        "doubts_since": at - DOUBTS_LAST,
        "payable": PAYABLE,
        "put_off": PUT_OFF,
        "replaced": REPLACED,
        "replaced_since": at - OLD_CONTACT_TOLD,
        "needed": list(thresholds.NEEDED),
        **quiet.company_hours(on=today),
        **own_choices.known(),
        **contract_sms.known(),
    }
