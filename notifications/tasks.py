"""The sender's background work. Any task may be lost or run twice: the database knows the rest.

Services commit before they return, so whoever is rung for finds what was written.
"""

from concurrent.futures import ThreadPoolExecutor

from celery import shared_task
from django.db import connections
from django.utils import timezone

from notifications.services import (
    claiming,
    cutover_figures,
    direct,
    dispatching,
    planning,
    reach,
    sweeping,
    tellings,
    trials,
)

# A doorbell that nobody heard in this time is not answered: the next look at the clock rings again.
RING_FOR = 10  # seconds


@shared_task
def plan_due(**_: object) -> None:
    """Plan the notices that committed facts still lack, and ring for whoever sends them."""
    if planning.plan_due(at=timezone.now()):
        poll.delay()


@shared_task
def plan_urgent(**_: object) -> None:
    """Plan what does not wait behind a month's bills, and ring for whoever sends it."""
    if planning.plan_urgent(at=timezone.now()):
        poll.delay()


@shared_task
def plan_hourly(**_: object) -> None:
    """Plan what the day has brought due, and ring for whoever sends it."""
    if planning.plan_hourly(at=timezone.now()):
        poll.delay()


@shared_task
def poll(**_: object) -> None:
    """Ring for each channel that has something to send now."""
    for channel, is_urgent in dispatching.due_channels(at=timezone.now()):
        if is_urgent:
            send_urgent.apply_async(kwargs={"channel": channel}, expires=RING_FOR)
        send_bulk.apply_async(kwargs={"channel": channel}, expires=RING_FOR)


@shared_task
def send_urgent(*, channel: str, **_: object) -> None:
    """Send what is urgent on ``channel``, and ring again while there is more."""
    if dispatching.send_batch(channel=channel, at=timezone.now(), lane=claiming.URGENT):
        send_urgent.delay(channel=channel)


@shared_task
def send_bulk(*, channel: str, **_: object) -> None:
    """Send whatever is due on ``channel`` for a while, and ring again while there is more."""
    if dispatching.send_batch(channel=channel, at=timezone.now()):
        send_bulk.delay(channel=channel)


@shared_task
def sweep(**_: object) -> None:
    """Make the hand-overs that nobody is left to make."""
    sweeping.sweep(at=timezone.now())


@shared_task
def try_policies(**_: object) -> None:
    """Work out what somebody at the desk tries on last month's notices."""
    trials.work(at=timezone.now())


@shared_task
def count_reach(**_: object) -> None:
    """Count who could be reached on the day that is over, and what became of each cut-over."""
    reach.count_day(at=timezone.now())
    cutover_figures.measure(at=timezone.now())


@shared_task
def list_untold(**_: object) -> None:
    """Put whom no channel reached on the work list."""
    tellings.list_work(at=timezone.now())


@shared_task
def send_direct(*, message: int, **_: object) -> None:
    """Send one message outside of notices, if it still waits."""
    direct.send(message=message, at=timezone.now())


@shared_task
def sweep_direct(**_: object) -> None:
    """Ring again for messages that nobody sent; end, free and wipe what time has passed over."""
    direct.sweep(at=timezone.now())
    for message in direct.due(at=timezone.now()):
        send_direct.apply_async(kwargs={"message": message}, expires=RING_FOR)


def do_without_broker() -> None:
    """Whatever a clock and its bells make happen, once, by whoever calls.

    The channels are sent side by side, so that none waits for a slow one.
    """
    planning.plan_due(at=timezone.now())
    sweeping.sweep(at=timezone.now())
    tellings.list_work(at=timezone.now())
    direct.sweep(at=timezone.now())
    for message in direct.due(at=timezone.now()):
        direct.send(message=message, at=timezone.now())
    trials.work(at=timezone.now())
    due = [channel for channel, _ in dispatching.due_channels(at=timezone.now())]
    with ThreadPoolExecutor(max_workers=max(len(due), 1)) as threads:
        for sent in [threads.submit(_send_in_thread, channel) for channel in due]:
            sent.result()


def _send_in_thread(channel: str) -> None:
    try:
        dispatching.send_batch(channel=channel, at=timezone.now())
    finally:
        connections.close_all()
