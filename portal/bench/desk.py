"""The desk with a whole city in it: the search box, and the page of one account (some minutes)."""

import statistics
import time
from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from customers.admin.paginator import MOST_FOUND
from customers.models import Account, User
from customers.services import looks
from portal.bench import Way
from portal.demo import company, crowd
from portal.demo.logins import AGENT, SECOND_STEP
from portal.lib.text import fold

WHAT = "find an account among 2.8 million, and open it"
UNIT = "searches"
ONLY_WHEN_NAMED = True
ACCOUNTS = 2_800_000
AIM_SECONDS = 0.1
OPENED = 20
SEARCH = reverse_lazy("admin:customers_account_changelist")

ASKED = (
    "PE99000123456",
    "000654321",
    "+84910012345",
    "0910054321",
    "tran thi hanh le loi",
    "nguyen van an",
    "nguyen thi minh khai 12",
    "hanh 830 pham van dong",
    "yen do",
    "nguyen",
    "nguyen van",
    "tran nguyen le pham",
    "nobody nguyen",
    "le loi 45 tuyet",
    "ly thuong kiet oanh ho",
)
"""As callers say them: rare and common words, several and one, some that nobody has."""


_waited: list[float] = []
_said: list[str] = []


def ways() -> Iterator[Way]:
    """The same searches by any part of the stored text, by its words, and as the desk's page."""
    crowd.gather(accounts=ACCOUNTS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE customers_account, customers_contactpoint")
    client = _agent()
    _said.append(_page(client))
    for name, search in {
        "any part of the text": _by_part,
        "words, by index": lambda asked: list(Account.objects.found_by(asked)[:MOST_FOUND]),
        "the desk's page": lambda asked: _timed(client, asked),
    }.items():
        yield Way(
            name=name,
            units=len(ASKED),
            run=lambda search=search: [search(asked) for asked in ASKED],  # type: ignore[misc]
        )


def remarks() -> list[str]:
    """The slowest of a hundred searches; what one account's page takes."""
    middle = statistics.median(_waited)
    p95 = statistics.quantiles(_waited, n=20)[-1]
    return [
        f"the desk's page: median {middle * 1000:.0f} ms, 95 of 100 within {p95 * 1000:.0f} ms",
        f"aim: 95 of 100 within {AIM_SECONDS * 1000:.0f} ms",
        *_said,
    ]


def _by_part(asked: str) -> list[Account]:
    """As without an index: each word anywhere in the text."""
    found = Account.objects.all()
    for word in fold(asked).split():
        found = found.filter(search_text__contains=word)
    return list(found[:MOST_FOUND])


def _timed(client: Client, asked: str) -> None:
    started = time.perf_counter()
    client.get(SEARCH, {"q": asked})
    _waited.append(time.perf_counter() - started)


def _agent() -> Client:
    """The demo's agent, signed in as people do."""
    client = Client(SERVER_NAME="localhost")
    client.post(reverse("account_login"), {"login": AGENT.email, "password": AGENT.password})
    client.post(reverse("mfa_authenticate"), {"code": SECOND_STEP})
    return client


def _page(client: Client) -> str:
    """What the page of an account takes, against an answer that does nothing."""
    account = Account.objects.get(number=company.HOME)
    agent = User.objects.get(email=AGENT.email)
    looks.record(
        user=agent, subject=account, page="account", reason="call", reference="1",
        at=timezone.now(),
    )  # fmt: skip
    page = reverse("admin:customers_account_change", args=[account.pk])
    asked: list[str] = []
    with connection.execute_wrapper(lambda go, text, *rest: asked.append(text) or go(text, *rest)):  # type: ignore[func-returns-value]
        answer = client.get(page)
    opened, empty = _processor(client, page), _processor(client, "/healthz")
    return (
        f"page of an account: {answer.status_code}, {len(asked)} queries,"
        f" {opened * 1000:.0f} ms of processor, {opened / empty:.0f} x an empty answer"
    )


def _processor(client: Client, path: str) -> float:
    """Median seconds of this process' processor; the database's are its own."""
    seconds = []
    for _ in range(OPENED):
        started = time.process_time()
        client.get(path)
        seconds.append(time.process_time() - started)
    return statistics.median(seconds)
