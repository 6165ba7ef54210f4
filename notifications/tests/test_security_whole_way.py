"""From a new link to warnings that arrive: a real worker, simulated providers, receipts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from customers.models import AccountEvent
from customers.services import events
from customers.tests.factories import a_contact, a_link, a_user, an_account
from notifications import tasks
from notifications.models import Attempt, Dispatch, Notice, Receipt
from notifications.services.inbox import opened
from portal.tests.workers import Worker, running_worker, wait_until

from .test_direct_whole_way import everything_below
from .test_whole_way import providers  # noqa: F401

pytestmark = pytest.mark.worker

OUTSIDE = {"zalo": "+84912000001", "email": "hanh@example.vn"}


@pytest.fixture
def worker(
    transactional_db: None,
    django_db_serialized_rollback: None,
    tmp_path: Path,
    providers: dict[str, str],  # noqa: F811
) -> Iterator[Worker]:
    """A worker that knows these providers."""
    with running_worker(tmp_path, environment=providers) as worker:
        yield worker


def linked() -> AccountEvent:
    """A login was linked to an account that can be told by Zalo and e-mail."""
    account, user = an_account(), a_user(email="chim.yen@example.vn")
    a_link(account=account)
    for kind, value in OUTSIDE.items():
        a_contact(account=account, kind=kind, value=value)
    link = a_link(account=account, user=user, role="household")
    return events.record(account=account, kind="linked", at=timezone.now(), by=user, link=link)


def states(notice: Notice) -> dict[str, str]:
    return dict(notice.dispatches.values_list("channel", "status"))


def test_a_new_link_is_told_everywhere_although_somebody_read_it_in_the_inbox(
    worker: Worker, tmp_path: Path
):
    event = linked()
    tasks.plan_urgent.delay()
    wait_until(lambda: Notice.objects.filter(event=event).exists(), what="the notice")
    notice = Notice.objects.get(event=event)
    opened(notice=notice, at=timezone.now())
    told = {"inbox": "seen", "zalo": "delivered", "email": "delivered"}
    wait_until(lambda: states(notice) == told, what="Zalo and mail to arrive", seconds=60)

    assert set(Attempt.objects.values_list("number", flat=True)) == {1}
    sent = Dispatch.objects.exclude(channel="inbox")
    assert Receipt.objects.filter(dispatch__in=sent, status="delivered").count() == sent.count()
    assert not Receipt.objects.filter(applied_at=None).exists()
    notice.refresh_from_db()
    assert notice.reach == Notice.Reach.SEEN
    seen = everything_below(tmp_path)
    assert [c for c in ("912000001", "hanh@", "chim.yen", notice.code) if c in seen] == []

    tasks.plan_due.delay()
    tasks.sweep.delay()
    wait_until(lambda: "plan_due" not in _waiting(tmp_path), what="the second round")
    assert Notice.objects.count() == 1


def _waiting(folder: Path) -> str:
    """What still stands in the broker's files."""
    return "".join(path.read_text(errors="replace") for path in folder.rglob("*.msg"))
