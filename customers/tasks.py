"""The background work of this app. Any task may be lost or run twice without harm."""

from functools import partial

from celery import current_app, shared_task
from django.db import transaction
from django.utils import timezone

from customers.services import (
    arrangements,
    contact_changes,
    look_alarms,
    lost_factors,
    needs,
    work,
)


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


def ring_for_loads(kind: str) -> None:
    """Have files of a kind worked on after the commit; without a broker the clock finds them.

    The task stands above, where the files of every app are known.
    """
    task = "portal.tasks.work_loads"
    ring = partial(current_app.send_task, task, kwargs={"kind": kind}, retry=False)
    transaction.on_commit(ring, robust=True)
