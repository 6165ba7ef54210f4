"""The background work of this app. Any task may be lost or run twice without harm."""

from functools import partial

import structlog
from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from customers.services import (
    arrangements,
    contact_changes,
    loads,
    look_alarms,
    lost_factors,
    needs,
    work,
)
from portal.lib.importing import resource_of

log = structlog.get_logger(__name__)


@shared_task
def apply_contact_changes(**_: object) -> None:
    """Put in force the contacts that were held for a day."""
    contact_changes.apply_due(at=timezone.now())


@shared_task
def watch_looks(**_: object) -> None:
    """Tell supervisors of colleagues who look at more than their work explains."""
    look_alarms.watch(at=timezone.now())


@shared_task
def keep_arrangements(**_: object) -> None:
    """List what is to be confirmed again; expire and end what is over."""
    arrangements.keep(at=timezone.now())


@shared_task
def list_contacts(**_: object) -> None:
    """Put contacts that nobody confirmed, or that too many share, on the work list."""
    work.list_contacts(at=timezone.now())


@shared_task
def keep_needs(**_: object) -> None:
    """List what households need that is to be confirmed again; end what is over."""
    needs.keep(at=timezone.now())


@shared_task
def lapse_lost_factors(**_: object) -> None:
    """Close requests about lost second steps that nobody decided on within a day."""
    lost_factors.lapse(at=timezone.now())


@shared_task
def work_loads(*, kind: str, **_: object) -> None:
    """Read, apply or undo files of one kind for a while, and ring again while there is more."""
    resource = resource_of(kind)
    if loads.work(resource=resource, clock=timezone.now, seconds=settings.LOAD_TURN):
        work_loads.delay(kind=kind)


@shared_task
def watch_inbox(**_: object) -> None:
    """Pick up what the billing system dropped; whoever watches the log hears of what is late."""
    at = timezone.now()
    for kind in {load.kind for load in loads.inbox.pick_up(at=at)}:
        work_loads.delay(kind=kind)
    if late := loads.inbox.missing(at=at):
        log.error("file_missing", kinds=late)
    if lying := loads.inbox.left_lying():
        log.error("file_of_no_kind", folders=lying)


@shared_task
def tend_loads(**_: object) -> None:
    """Ring for every kind of file that waits: whoever was at it may have been killed."""
    loads.tidy(at=timezone.now())
    for kind in loads.kinds_to_work():
        work_loads.delay(kind=kind)


def ring_for_loads(kind: str) -> None:
    """Have files of a kind worked on after the commit; without a broker the clock finds them."""
    ring = partial(work_loads.apply_async, kwargs={"kind": kind}, retry=False)
    transaction.on_commit(ring, robust=True)
