"""The pages a customer opens first, against an answer that does nothing.

What a page costs is the processor's time of this process; the database is waited for beside it.
How many reads are stored beside those of the demo is in the environment: ``READS=100000000 make
bench ONLY=pages``. They lie in closed months of three years and two open ones.
"""

import os
import time
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from billing.services import closing
from customers.models import User
from portal.bench import Way, _city_reads, storing
from portal.demo import company
from portal.demo.logins import CUSTOMER
from portal.lib.periods import Period, local_day

WHAT = "answer a signed-in customer"
UNIT = "pages"
PATHS = {
    "alive": "/healthz",
    "home": "/",
    "address": f"/accounts/{company.HOME}/",
    "bills": f"/accounts/{company.HOME}/bills/",
    "PDF of a bill": f"/accounts/{company.HOME}/bills/2026-10/bill.pdf",
    "inbox": "/notices/",
}
READS = int(os.environ.get("READS", "0"))
MONTHS = 36
TIMES = 10
CPU_TIMES = 50
ADDRESS = PATHS["address"]


def ways() -> Iterator[Way]:
    """Each page ten times, by the same browser."""
    _fill()
    client = _client()
    for name, path in PATHS.items():
        yield Way(
            name=f"{name}, {len(_get(client, path)) / 1000:.1f} kB",
            units=TIMES,
            run=lambda path=path: [_get(client, path) for _ in range(TIMES)],  # type: ignore[misc]
        )


def remarks() -> list[str]:
    """The processor's time of each page against the empty one, and what the address page asks."""
    client = _client()
    spent = {name: _cpu(client, path) for name, path in PATHS.items()}
    empty = spent["alive"]
    said = [
        f"{name:<14} {ms:6.1f} ms of processor, {ms / empty:4.1f} ×" for name, ms in spent.items()
    ]
    with CaptureQueriesContext(connection) as asked:
        _get(client, ADDRESS)
    return [*said, f"the address page asks {len(asked)} queries", *_stored()]


def _fill() -> None:
    """Years of a city's reads; those of the demo are closed with them."""
    if not READS:
        return
    _city_reads.add_meters(READS // (MONTHS * 30 + 60))
    month = Period.of_month(local_day(timezone.now()))
    _city_reads.add_closed(MONTHS, before=month.previous_month().starts_on)
    _city_reads.add_open(Period(month.previous_month().starts_on, month.starts_on))
    _city_reads.add_open(month)
    closing.close_all(at=timezone.now(), settled=timedelta(0))
    _city_reads.tidy()


def _stored() -> list[str]:
    if not READS:
        return []
    closed = _city_reads.closed_reads()
    size = _city_reads.bytes_of(*storing.CLOSED)
    return [
        f"{closed:,} closed reads, {size / closed:.1f} bytes each, {size / 10**9:.2f} GB",
        *storing.pages(),
    ]


def _client() -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=CUSTOMER.email))
    return client


def _get(client: Client, path: str) -> bytes:
    # A person does not open so many pages a minute: what stops a program would be measured.
    with override_settings(PAGES_A_MINUTE=0):
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return bytes(answer.content)


def _cpu(client: Client, path: str) -> float:
    """Milliseconds of this process for one page, the first ones left out."""
    for _ in range(5):
        _get(client, path)
    started = time.process_time()
    for _ in range(CPU_TIMES):
        _get(client, path)
    return (time.process_time() - started) * 1000 / CPU_TIMES
