"""Every account of a large company planned and routed: 2.8 million, once (some minutes)."""

import threading
from collections.abc import Iterator

import psutil
from django.db import connection

from billing.models import Bill
from portal.bench import Way
from portal.bench.planning import forget, peak_mb, plan
from portal.demo import crowd
from portal.demo.company import BILLED

WHAT = "plan and route the bills of 2.8 million accounts"
UNIT = "accounts"
ONLY_WHEN_NAMED = True
ROUNDS = 1
ACCOUNTS = 2_800_000
AIM_SECONDS = 600

_peaks: list[float] = []


def ways() -> Iterator[Way]:
    """One way, measured against its aim."""
    forget()
    crowd.gather(accounts=ACCOUNTS)
    units = Bill.objects.filter(month=BILLED).count()
    yield Way(name="planner", units=units, run=plan_watched)


def remarks() -> list[str]:
    """The memory of both ends."""
    own, backend = peak_mb(), max(_peaks)
    return [
        f"peak memory: this process {own:,.0f} MB, its backend {backend:,.0f} MB of its own",
        f"aim: {AIM_SECONDS} s",
    ]


def plan_watched() -> None:
    """Plan, with an eye on the backend's own memory."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(pid, ended))
    watch.start()
    try:
        plan()
    finally:
        ended.set()
        watch.join()


def _watch(pid: int, ended: threading.Event) -> None:
    process = psutil.Process(pid)
    while not ended.wait(0.5):
        memory = process.memory_info()
        _peaks.append((memory.rss - memory.shared) / 2**20)
