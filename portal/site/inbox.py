"""The inbox of this installation: where it is, which kinds are in it, what should have come."""

from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings

from customers.models import Load
from customers.services import loads
from customers.tasks import ring_for_loads
from portal.site.imports import RESOURCES

log = structlog.get_logger(__name__)


def pick_up(*, at: datetime) -> list[Load]:
    """What has come, kinds that others build on first; it is worked on at once."""
    found = loads.inbox.pick_up(folder=Path(settings.LOADS_INBOX), kinds=RESOURCES, at=at)
    for kind in {load.kind for load in found}:
        ring_for_loads(kind)
    return found


def missing(*, at: datetime) -> list[str]:
    """Kinds whose file of today is late; whoever watches the log is told."""
    late = loads.inbox.missing(expected=settings.LOADS_EXPECTED, at=at)
    if late:
        log.error("file_missing", kinds=late)
    return late
