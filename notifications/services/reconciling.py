"""After an older backup was restored: nothing is sent until providers have said what they took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import channels
from notifications.models import Channel, Dispatch, KindPolicy, Reason
from notifications.services import channel_states

Status = Dispatch.Status
# What a report may prove to be older than the truth.
BEFORE = [Status.HELD, Status.QUEUED, Status.SENDING, Status.UNKNOWN, Status.FAILED]
STEP = 1000


class AddressesMissing(Exception):
    """A report on a channel that digests has to say to which address each message went."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One line of a provider's report: a message it took, as far as it names it."""

    reference: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many dispatches a report moved; ``unclear``: known by their address alone."""

    accepted: int
    unclear: int


def hold(*, why: str, at: datetime) -> list[str]:
    """Stop every channel with a provider until staff start it again; which ones."""
    held = [name for name in channels.names() if name != Channel.INBOX]
    for channel in held:
        channel_states.stop(channel=channel, why=why, at=at)
    return held


def reconcile(*, channel: str, report: Iterable[Taken], at: datetime) -> Reconciled:
    """Believe a provider's report: what it took is not sent again.

    A message that was planned after the backup has another reference now. Where only the address
    fits, whatever waits for it becomes *unclear*: shown to staff, and left to the next channel.

    :raises AddressesMissing: of a digest's reference the database may know nothing
    """
    report, accepted, unclear = list(report), 0, 0
    if channels.get(channel).digests and not all(one.address for one in report):
        raise AddressesMissing
    for start in range(0, len(report), STEP):
        step = report[start : start + STEP]
        known = _known(channel, step)
        accepted += _accept(channel, known, at)
        others = {one.address for one in step if one.address and _uuid(one.reference) not in known}
        unclear += _doubt(channel, others, at)
    return Reconciled(accepted, unclear)


def _known(channel: str, report: Sequence[Taken]) -> set[UUID]:
    given = {reference for one in report if (reference := _uuid(one.reference))}
    ours = Dispatch.objects.filter(channel=channel)
    alone = ours.filter(reference__in=given).values_list("reference", flat=True)
    together = ours.filter(digest__in=given).values_list("digest", flat=True)
    return {*alone, *(reference for reference in together if reference)}


@transaction.atomic
def _accept(channel: str, references: set[UUID], at: datetime) -> int:
    taken = Q(reference__in=references) | Q(digest__in=references)
    waiting = Dispatch.objects.filter(taken, channel=channel, status__in=BEFORE)
    return _move(waiting, at, status=Status.ACCEPTED, reason="", accepted_at=at)


@transaction.atomic
def _doubt(channel: str, addresses: set[str], at: datetime) -> int:
    waiting = Dispatch.objects.filter(
        channel=channel, address__in=addresses, status__in=[Status.QUEUED, Status.SENDING]
    )
    return _move(waiting, at, status=Status.UNKNOWN, reason=Reason.DOUBTFUL)


def _move(waiting: QuerySet[Dispatch], at: datetime, **values: object) -> int:
    """Lift dispatches; from now on silence counts, as after a call."""
    ids = list(waiting.order_by("pk").select_for_update().values_list("pk", flat=True))
    for kind, confirm_within in KindPolicy.objects.values_list("kind", "confirm_within"):
        Dispatch.objects.filter(pk__in=ids, notice__kind=kind).update(
            lease_until=None, silent_at=at + confirm_within, **values
        )
    return len(ids)


def _uuid(reference: str) -> UUID | None:
    try:
        return UUID(reference)
    except ValueError:
        return None
