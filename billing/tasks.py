"""The background work of this app. Any task may be lost or run twice without harm."""

from celery import shared_task
from django.utils import timezone

from billing.services import closing, neighbours, unusual_use, working_out
from portal.lib.periods import local_day

NIGHT = range(1, 5)
"""The hours in which months are closed: no daily file comes then, and few people look."""
TURN = 20.0
"""Seconds after which a worker lets other tasks have a turn."""


@shared_task
def work_out_bills(**_: object) -> None:
    """Hold the bills of the last months against the prices that are on record by now."""
    working_out.work_out_lately(today=local_day(timezone.now()))


@shared_task
def close_reads(*, after: int = 0, **_: object) -> None:
    """By night, close months of reads for a while, and ring again while there is more."""
    at = timezone.now()
    if timezone.localtime(at).hour in NIGHT:
        last = closing.close(at=at, after=after, seconds=TURN)
        if last is not None:
            close_reads.delay(after=last)


@shared_task
def find_unusual_use(**_: object) -> None:
    """Look for days that are far above the usual ones, in what was read by now."""
    unusual_use.find(at=timezone.now())


@shared_task
def sum_neighbourhoods(**_: object) -> None:
    """Work out what wards used in the month whose bills have come, once."""
    neighbours.sum_up(at=timezone.now())
