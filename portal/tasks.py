"""The site's background work. Any task may be lost or run twice: the database knows the rest."""

from celery import shared_task
from django.utils import timezone

from portal.site import link_codes


@shared_task
def prepare_link(*, request: int, **_: object) -> None:
    """Look up what a request to link is about, and send its code."""
    link_codes.deliver(request=request, at=timezone.now())


@shared_task
def tend_links(**_: object) -> None:
    """Do what was lost of requests to link, and raise alarms about guessing."""
    link_codes.tend(at=timezone.now())
