"""What waits to be sent, counted by channel, kind and run; writes nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from notifications.models import Dispatch, Halt

Status = Dispatch.Status


@dataclass(frozen=True, slots=True)
class Line:
    """How many messages of one channel, kind or run wait, and since when the oldest is due."""

    key: str | int
    messages: int
    notices: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at one moment."""

    messages: int
    under_way: int
    """Calls that a provider is being asked now: these cannot be called back."""
    channels: list[Line]
    kinds: list[Line]
    runs: list[Line]


def now() -> Waiting:
    """What waits now. Five queries."""
    queued = Dispatch.objects.filter(status=Status.QUEUED)
    return Waiting(
        messages=queued.count(),
        under_way=Dispatch.objects.filter(status=Status.SENDING).count(),
        channels=_lines(queued, "channel"),
        kinds=_lines(queued, "notice__kind"),
        runs=_lines(queued, "notice__run"),
    )


def of(halt: Halt) -> int:
    """How many messages wait that ``halt`` is about."""
    return Dispatch.objects.filter(_scope(halt), status=Status.QUEUED).count()


def under_way(halt: Halt) -> QuerySet[Dispatch]:
    """Calls being made of what ``halt`` is about; one that fails for now would wait again."""
    return Dispatch.objects.filter(_scope(halt), status=Status.SENDING)


def _scope(halt: Halt) -> Q:
    found = Q()
    if halt.channel:
        found &= Q(channel=halt.channel)
    if halt.kind:
        found &= Q(notice__kind=halt.kind)
    if halt.run_id:
        found &= Q(notice__run=halt.run_id)
    return found


def _lines(queued: QuerySet[Dispatch], column: str) -> list[Line]:
    """The most first."""
    rows = (
        queued.order_by()
        .values_list(column)
        .annotate(Count("pk"), Count("notice", distinct=True), Min("due_at"))
    )
    return sorted((Line(*row) for row in rows), key=lambda line: -line.messages)
