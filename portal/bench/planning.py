"""Who is told of a month's bills: one statement for all, against a loop that knows each account."""

import resource
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from billing.models import Bill
from customers.models import ContactPoint, SmsRetention
from notifications.models import Channel, Dispatch, KindPolicy, Notice, Run
from notifications.services import planning
from portal.bench import Way
from portal.demo import crowd
from portal.demo.company import BILLED

WHAT = "plan and route a month's bills"
UNIT = "accounts"
# So many that what a statement costs by itself, for one account too, is little beside them.
ACCOUNTS = 30_000
BATCH = 1_000
ORDER = [Channel.ZALO, Channel.EMAIL, Channel.SMS]


def ways() -> Iterator[Way]:
    """The ORM with bulk_create in batches; the planner; the planner once more."""
    crowd.gather(accounts=ACCOUNTS)
    units = Bill.objects.filter(month=BILLED).count()
    yield Way(name="ORM, bulk_create", units=units, prepare=forget, run=plan_by_orm)
    yield Way(name="planner", units=units, prepare=forget, run=plan)
    yield Way(name="planner again", units=units, run=plan)


def remarks() -> list[str]:
    """What this process needed at most; the planner's work is done by the database."""
    return [f"peak memory of this process: {peak_mb():,.0f} MB"]


def peak_mb() -> float:
    """Megabytes of memory that this process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget() -> None:
    """Nobody was told."""
    Notice.objects.all().delete()
    Run.objects.all().delete()


def plan() -> None:
    """As production plans."""
    planning.plan_bills(month=BILLED, at=timezone.now())


def plan_by_orm() -> None:
    """The same for the same accounts: an inbox, and the contacts of each in their order.

    It leaves out preferences, relatives and everything else that the planner also looks at.
    """
    policy, at = KindPolicy.objects.get(kind="bill_issued"), timezone.now()
    run = Run.objects.create(kind="bill_issued", subject=f"{BILLED:%Y-%m}", planned_at=at)
    bills = Bill.objects.filter(month=BILLED).select_related("account").order_by("pk")
    batch: list[Bill] = []
    for bill in bills.iterator(chunk_size=BATCH):
        batch.append(bill)
        if len(batch) == BATCH:
            _write(batch, run, policy, at)
            batch = []
    _write(batch, run, policy, at)


def _write(bills: list[Bill], run: Run, policy: KindPolicy, at: datetime) -> None:
    accounts = [bill.account_id for bill in bills]
    kept = SmsRetention.objects.filter(account__in=accounts, state="in_force")
    sms = dict(kept.values_list("account_id", "contact_id"))
    contacts: dict[int, list[ContactPoint]] = {}
    for contact in ContactPoint.objects.filter(account__in=accounts, suspended_at=None):
        contacts.setdefault(contact.account_id, []).append(contact)
    notices = Notice.objects.bulk_create(
        Notice(
            account_id=bill.account_id, kind=run.kind, subject=run.subject, run=run, bill=bill,
            code=f"{bill.pk:08d}"[-8:], planned_at=at, expires_at=at + policy.useful_for,
        )
        for bill in bills
    )  # fmt: skip
    rows = []
    for notice in notices:
        rows.append(_dispatch(notice, Channel.INBOX, "", None, 0, policy, at))
        found = contacts.get(notice.account_id, [])
        for step, contact in enumerate(found, start=1):
            channel = contact.kind
            if contact.kind == "phone":
                if sms.get(notice.account_id) != contact.pk:
                    continue
                channel = Channel.SMS
            rows.append(_dispatch(notice, channel, contact.value, contact.pk, step, policy, at))
    Dispatch.objects.bulk_create(rows)


def _dispatch(
    notice: Notice, channel: str, address: str, contact: int | None, step: int,
    policy: KindPolicy, at: datetime,
) -> Dispatch:  # fmt: skip
    status = "accepted" if not step else "queued" if step == 1 else "held"
    return Dispatch(
        notice=notice, channel=channel, address=address or str(notice.account_id),
        contact_id=contact, step=step, status=status, priority=policy.priority, due_at=at,
        silent_at=at + policy.confirm_within if step < 2 else None,
    )  # fmt: skip
