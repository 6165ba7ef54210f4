"""What runs by the clock, and which lane each task takes. The database says what there is to do."""

from datetime import timedelta
from typing import Any

from kombu import Queue

# A queue of its own, so that an outage notice never stands behind two million bills.
URGENT, BULK = "urgent", "bulk"
QUEUES = [Queue(URGENT), Queue(BULK)]
ROUTES = {
    "notifications.tasks.send_urgent": {"queue": URGENT},
    "notifications.tasks.poll": {"queue": URGENT},
    "notifications.tasks.sweep": {"queue": URGENT},
    "notifications.tasks.plan_urgent": {"queue": URGENT},
    "notifications.tasks.send_direct": {"queue": URGENT},
    "notifications.tasks.sweep_direct": {"queue": URGENT},
    "portal.tasks.prepare_link": {"queue": URGENT},
    "portal.tasks.tend_links": {"queue": URGENT},
    "*": {"queue": BULK},
}

# A worker that sends takes a call of every 5 seconds late; dropping it is no news for the log.
WORTHLESS = 60.0


def _every(task: str, **interval: float) -> dict[str, Any]:
    """Run ``task`` so often; a call that was not taken for so long is dropped, and not at once."""
    seconds = timedelta(**interval).total_seconds()
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, WORTHLESS)}}


BEAT: dict[str, dict[str, Any]] = {
    "plan what is due": _every("notifications.tasks.plan_due", minutes=1),
    "plan what the day brought due": _every("notifications.tasks.plan_hourly", hours=1),
    "plan what is urgent": _every("notifications.tasks.plan_urgent", seconds=20),
    "look for dispatches to send": _every("notifications.tasks.poll", seconds=5),
    "free, apply, expire, go on": _every("notifications.tasks.sweep", seconds=30),
    "send codes nobody was rung for": _every("notifications.tasks.sweep_direct", seconds=10),
    "try policies nobody was rung for": _every("notifications.tasks.try_policies", seconds=30),
    "list whom no channel reached": _every("notifications.tasks.list_untold", minutes=5),
    "list contacts to ask about": _every("customers.tasks.list_contacts", hours=6),
    "count who could be reached": _every("notifications.tasks.count_reach", hours=1),
    "watch who looks at how much": _every("customers.tasks.watch_looks", seconds=30),
    "change contacts whose day is over": _every("customers.tasks.apply_contact_changes", minutes=5),
    "work out bills by late prices": _every("billing.tasks.work_out_bills", hours=12),
    "close months of reads": _every("billing.tasks.close_reads", hours=1),
    "find unusual use": _every("billing.tasks.find_unusual_use", hours=12),
    "sum up neighbourhoods": _every("billing.tasks.sum_neighbourhoods", hours=12),
    "keep arrangements": _every("customers.tasks.keep_arrangements", hours=1),
    "keep needs of households": _every("customers.tasks.keep_needs", hours=1),
    "lapse lost second steps": _every("customers.tasks.lapse_lost_factors", minutes=5),
    "go on with files": _every("customers.tasks.tend_loads", seconds=15),
    "pick up files": _every("customers.tasks.watch_inbox", minutes=5),
    "look after requests to link": _every("portal.tasks.tend_links", seconds=30),
}
