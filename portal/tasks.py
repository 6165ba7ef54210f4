"""The site's background work. Any task may be lost or run twice: the database knows the rest."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from customers.services import loads
from portal.site import inbox, link_codes
from portal.site.imports import RESOURCES


@shared_task
def prepare_link(*, request: int, **_: object) -> None:
    """Look up what a request to link is about, and send its code."""
    link_codes.deliver(request=request, at=timezone.now())


@shared_task
def tend_links(**_: object) -> None:
    """Do what was lost of requests to link, and raise alarms about guessing."""
    link_codes.tend(at=timezone.now())


@shared_task
def work_loads(*, kind: str, **_: object) -> None:
    """Read, apply or undo files of one kind for a while, and ring again while there is more."""
    resource = RESOURCES[kind]
    if loads.work(resource=resource, clock=timezone.now, seconds=settings.LOAD_TURN):
        work_loads.delay(kind=kind)


@shared_task
def watch_inbox(**_: object) -> None:
    """Pick up what the billing system dropped, and tell of what should have come."""
    inbox.pick_up(at=timezone.now())
    inbox.missing(at=timezone.now())


@shared_task
def tend_loads(**_: object) -> None:
    """Ring for every kind of file that waits: whoever was at it may have been killed."""
    loads.tidy(at=timezone.now())
    for kind in loads.kinds_to_work():
        work_loads.delay(kind=kind)
