"""Unmistakable personal data goes all its ways, and turns up in no log, broker, task or address."""

import logging
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from celery.signals import before_task_publish
from django.test import Client

from billing.tests.factories import a_bill
from customers.models import Account
from customers.services import arrangements
from customers.services.arrangements import Terms
from customers.tests.factories import NOON, PASSWORD, a_link, a_member, a_staff_user, a_unit
from customers.tests.loading import loaded
from notifications import tasks
from notifications.models import DirectMessage, Dispatch, Notice
from notifications.tests.test_whole_way import finished, providers, worker  # noqa: F401
from portal.lib import logs
from portal.lib.periods import local_day
from portal.tests.routes import routes
from portal.tests.sign_in.people import ASK_CODE, SIGN_IN, SIGN_UP, a_customer
from portal.tests.workers import Worker, wait_until

NAME, PHONE, EMAIL, BANK = "Hồ Ngọc Chimyen", "0907654321", "chimyen@example.vn", "19036512345678"
NEWCOMER = "chimsau@example.vn"
CANARIES = re.compile("Chimyen|chimyen|907654321|19036512345678|chimsau", re.IGNORECASE)
NUMBER = "PE04010007777"
ADDRESS = re.compile(r"(?:href|action|src|hx-get|hx-post)=\"([^\"]*)\"")
HEADINGS = (
    "Mã khách hàng;Tên khách hàng;Năm sinh;Địa chỉ sử dụng điện;Phường/Xã;Điện thoại;Email;"
    "Mã đơn vị;Công ty Điện lực;Mục đích;Số hộ;Số công tơ;Hệ số nhân;Ngày ghi;Có app;Theo dõi Zalo"
)
ROW = f"{NUMBER};{NAME};1950;7 Lê Lợi;Bến Thành;{PHONE};{EMAIL};PE04;Gia Định;SHBT;1;123;1;31;;x"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything this process logs, as production would print it, down to the details."""
    config = logs.config(json=True, level="DEBUG")["formatters"]["line"]
    out = StringIO()
    handler = logging.StreamHandler(out)
    formatter = config.pop("()")
    handler.setFormatter(formatter(**config))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield out
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def published() -> Iterator[list[str]]:
    """Arguments and headers of every task that this process queues."""
    seen: list[str] = []

    def note(body: object = None, headers: object = None, **_: object) -> None:
        seen.append(f"{body!r} {headers!r}")

    before_task_publish.connect(note, weak=False)
    yield seen
    before_task_publish.disconnect(note)


def imported() -> Account:
    """The account of the canary, read from a file."""
    a_unit(code="PE04")
    load = loaded("accounts", f"{HEADINGS}\n{ROW}\n".encode(), at=NOON)
    assert load.created == 1, load.why
    return Account.objects.get(number=NUMBER)


def arranged(account: Account) -> None:
    """The bank pays from now on."""
    today = local_day(NOON)
    terms = Terms(starts_on=today, review_on=today.replace(year=2027), reference="CG-1")
    debit = arrangements.request_auto_debit(
        account=account, terms=terms, bank="VCB", bank_holder=NAME, bank_account=BANK,
        by=a_staff_user(), at=NOON,
    )  # fmt: skip
    arrangements.approve(arrangement=debit, by=a_staff_user(), at=NOON)


def signed_in(account: Account) -> Client:
    """The customer, after a wrong password, a code asked for, and somebody's sign-up."""
    a_link(account=account, user=a_customer(email=EMAIL, name=NAME))
    Client().post(SIGN_UP, {"login": NEWCOMER, "password1": PASSWORD})
    Client().post(ASK_CODE, {"login": EMAIL})
    client = Client(raise_request_exception=False)
    client.post(SIGN_IN, {"login": EMAIL, "password": f"{BANK}-wrong"})
    client.post(SIGN_IN, {"login": EMAIL, "password": PASSWORD})
    assert client.session.get("_auth_user_id")
    client.get(f"/notices/?q={PHONE}&name={EMAIL}")
    return client


def addresses(client: Client, account: Account) -> list[str]:
    """Where the pages of a person lead, and where they send the browser on."""
    found = []
    for route in routes():
        if "(?P" in route.pattern or route.pattern.startswith(("hooks/", "auth/logout")):
            continue
        answer = client.get(route.path(number=account.number, object_id=account.pk))
        found.append(answer.headers.get("Location", ""))
        if "html" in answer.headers.get("Content-Type", ""):
            found += ADDRESS.findall(answer.content.decode())
    return [unquote_plus(one) for one in found]


def broker_files(folder: Path) -> str:
    """What waits in the broker, lies under work or was set aside."""
    texts = []
    for path in (folder / "broker").rglob("*"):
        if path.is_file():
            texts.append(path.read_text(errors="replace"))
    return "\n".join(texts)


@pytest.mark.worker
def test_personal_data_shows_in_no_log_broker_task_or_address(
    worker: Worker,  # noqa: F811
    log: StringIO,
    published: list[str],
    tmp_path: Path,
):
    account = imported()
    arranged(account)
    a_bill(account=account)
    client = signed_in(account)
    tasks.plan_hourly.delay()
    waiting = broker_files(tmp_path)
    wait_until(finished, what="every notice to arrive or to be given up", seconds=60)
    agent = Client(raise_request_exception=False)
    agent.force_login(a_member("supervisor"))
    led_to = addresses(client, account) + addresses(agent, account)

    # All of it was really there to be leaked.
    assert Notice.objects.filter(account=account).exists()
    assert Dispatch.objects.filter(address__contains="907654321").exists()
    assert DirectMessage.objects.exists()
    assert len(log.getvalue().splitlines()) > 20
    assert len(published) >= 2
    assert len(led_to) > 200
    assert worker.log.stat().st_size > 0

    hits = {
        "log": _hits(log.getvalue()),
        "the worker's log": _hits(worker.log.read_text()),
        "tasks": _hits("\n".join(published)),
        "broker": _hits(waiting + broker_files(tmp_path)),
        "addresses": _hits("\n".join(led_to)),
    }
    assert hits == {place: [] for place in hits}


def _hits(text: str) -> list[str]:
    return [line for line in text.splitlines() if CANARIES.search(line)]
