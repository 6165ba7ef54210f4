"""Rows of this app for any test: keyword functions whose defaults hold together."""

import uuid
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.conf import settings

from billing.tests.factories import LOADED, a_bill, a_fee, a_payment, a_stop, unusual_days
from customers.models import Account, AccountEvent, AccountLink, ReadingDayChange, User
from customers.tests.factories import (
    NOON,
    a_contact,
    a_contact_check,
    a_link,
    a_unit,
    a_user,
    an_account,
)
from notifications.models import (
    Announcement,
    Audience,
    Campaign,
    Channel,
    Cutover,
    Dispatch,
    Halt,
    Kind,
    KindPolicy,
    Notice,
    Outage,
    OwnChoice,
    Preference,
    PushDevice,
    ReachCount,
    ReachDay,
    Run,
    ThresholdPassing,
    UseThreshold,
)
from notifications.models.campaigns import BY_HAND
from notifications.services.outages import announcing
from notifications.simulator.push import subscription
from portal.lib.periods import start_of

DAY = timedelta(days=1)
CONTACT_KINDS = {Channel.ZALO: "zalo", Channel.EMAIL: "email", Channel.SMS: "phone"}

OF_BILLS = {Kind.BILL_ISSUED, Kind.PAYMENT_REMINDER, Kind.PAYMENT_OVERDUE, Kind.DEBIT_FAILED}

_numbers = count(1)


def a_run(*, kind: str = Kind.BILL_ISSUED, subject: str = "2026-10", **fields: Any) -> Run:
    """The run of this kind and subject; made once."""
    defaults = {"planned_at": NOON, **fields}
    return Run.objects.get_or_create(kind=kind, subject=subject, defaults=defaults)[0]


FACTS = {
    **dict.fromkeys(OF_BILLS, "bill"),
    Kind.PLANNED_OUTAGE: "announcement",
    Kind.UNPLANNED_OUTAGE: "announcement",
    Kind.PAYMENT_RECEIVED: "payment",
    Kind.DISCONNECTION: "stop",
    Kind.SERVICE_FEE: "fee",
    Kind.READING_SCHEDULE: "reading_change",
    Kind.USE_THRESHOLD: "passing",
    Kind.UNUSUAL_USE: "unusual",
    Kind.SECURITY: "event",
    Kind.CONTACT_CHECK: "contact_check",
}


def _fact(kind: str, account: Account) -> Any:
    """A fact for a notice of this kind."""
    makers = {
        "bill": lambda: account.bills.first() or a_bill(account=account),
        "announcement": lambda: an_announcement(
            outage=an_outage(planned=kind == Kind.PLANNED_OUTAGE)
        ),
        "payment": lambda: a_payment(bill=a_bill(account=account)),
        "stop": lambda: a_stop(bill=a_bill(account=account)),
        "fee": lambda: a_fee(account=account),
        "reading_change": lambda: ReadingDayChange.objects.create(
            account=account, before=20, after=31, changed_at=NOON, read_on=NOON.date() + DAY
        ),
        "passing": lambda: a_passing(account=account),
        "unusual": lambda: unusual_days(account=account),
        "contact_check": lambda: a_contact_check(account=account),
        "event": lambda: AccountEvent.objects.create(account=account, kind="linked", at=NOON),
    }
    return makers[FACTS[Kind(kind)]]()


def a_threshold(*, link: AccountLink | None = None, **fields: Any) -> UseThreshold:
    """A threshold of 300 kWh, a holder's unless told otherwise."""
    return UseThreshold.objects.create(
        link=link or a_link(), **{"kwh": 300, "set_at": NOON, **fields}
    )


def a_passing(
    *, account: Account | None = None, link: AccountLink | None = None, **fields: Any
) -> ThresholdPassing:
    """A threshold of 300 kWh passed in October, by its holder's link."""
    values = {
        "kwh": 300,
        "starts_on": date(2026, 10, 1),
        "ends_before": date(2026, 11, 1),
        "until": date(2026, 10, 20),
        "used_wh": 312_400,
        "found_at": NOON,
        **fields,
    }
    return ThresholdPassing.objects.create(link=link or a_link(account=account), **values)


def a_notice(*, account: Account | None = None, **fields: Any) -> Notice:
    """A notice about October, planned at NOON, with its fact and without any dispatch."""
    account = account or an_account()
    kind = fields.pop("kind", Kind.BILL_ISSUED)
    run = fields.pop("run", None) or a_run(kind=kind, subject=fields.pop("subject", "2026-10"))
    if "outage" in fields:
        fields["announcement"] = an_announcement(outage=fields.pop("outage"))
    column = FACTS.get(kind, "")
    if column and column not in fields:
        fields[column] = _fact(kind, account)
    values = {
        "subject": run.subject,
        "code": f"T{next(_numbers):07d}",
        "planned_at": NOON,
        "expires_at": NOON + timedelta(days=30),
        "campaign": a_campaign(kind=kind) if kind in BY_HAND else None,
        **fields,
    }
    if values.get("reach") in {Notice.Reach.DELIVERED, Notice.Reach.SEEN}:
        values.setdefault("reached_by", Channel.ZALO)
    return Notice.objects.create(account=account, kind=kind, run=run, **values)


def an_audience(**fields: Any) -> Audience:
    """An audience that nothing narrows."""
    values = {"name": f"Tất cả {next(_numbers)}", "made_at": NOON, **fields}
    if "made_by" not in values:
        values["made_by"] = a_user()
    return Audience.objects.create(**values)


def a_campaign(**fields: Any) -> Campaign:
    """A draft of an announcement to everybody, not counted yet."""
    made_by = fields.pop("made_by", None) or a_user()
    values = {
        "kind": Kind.ANNOUNCEMENT,
        "title_vi": "Đổi giờ mở quầy",
        "text_vi": "Từ 01/12 quầy mở cửa lúc 7 giờ 30.",
        "title_en": "Counter opens at 7:30",
        "text_en": "From 01/12 our counter opens at 7:30.",
        "made_at": NOON,
        **fields,
    }
    if "audience" not in values:
        values["audience"] = an_audience(made_by=made_by)
    return Campaign.objects.create(made_by=made_by, **values)


def a_cutover(**fields: Any) -> Cutover:
    """A cut-over planned at NOON, from a day ten days later on; not worked out yet."""
    values = {"starts_on": NOON.date() + 10 * DAY, "made_at": NOON, **fields}
    if "unit" not in values:
        values["unit"] = a_unit()
    if "made_by" not in values:
        values["made_by"] = a_user()
    return Cutover.objects.create(**values)


def a_reach_count(*, day: date, **fields: Any) -> ReachCount:
    """What was counted of ten people under 60 in one ward, nine of them reached, on time."""
    counted = {
        "counted_at": start_of(day) + timedelta(hours=25),
        "notices_from": start_of(day) - 3 * DAY,
        "notices_until": start_of(day) - 2 * DAY,
    }
    values = {
        "ward": "Xã Củ Chi", "age": "under-60", "accounts": 10, "reachable": 9, "inbox": 0,
        "push": 0, "zalo": 9, "email": 0, "sms": 0, "untold": 1, "sms_agreed": 0, "auto_debit": 0,
        "relative": 0, "notices": 10, "in_time": 9, **fields,
    }  # fmt: skip
    if "unit" not in values:
        values["unit"] = a_unit()
    found, _made = ReachDay.objects.get_or_create(day=day, defaults=counted)
    return ReachCount.objects.create(day=found, **values)


def a_dispatch(
    *, notice: Notice | None = None, channel: str = Channel.ZALO, **fields: Any
) -> Dispatch:
    """A dispatch due since NOON, with its contact; leased when its status is "sending"."""
    notice = notice or a_notice()
    if "contact" not in fields and channel in CONTACT_KINDS:
        fields["contact"] = a_contact(account=notice.account, kind=CONTACT_KINDS[channel])
    contact = fields.get("contact")
    values = {
        "address": contact.value if contact else notice.account.number,
        "step": 0 if channel == Channel.INBOX else 1,
        "status": Dispatch.Status.QUEUED,
        "reference": uuid.uuid4(),
        "priority": 6,
        "due_at": NOON,
        **fields,
    }
    if values["status"] == Dispatch.Status.SENDING:
        values.setdefault("lease_until", NOON + timedelta(minutes=1))
    return Dispatch.objects.create(notice=notice, channel=channel, **values)


def a_halt(**fields: Any) -> Halt:
    """A stop of all sending since NOON."""
    values = {"why": "Sai số tiền", "made_at": NOON, **fields}
    if "made_by" not in values:
        values["made_by"] = a_user()
    return Halt.objects.create(**values)


def a_device(*, user: User | None = None, device: str = "", **fields: Any) -> PushDevice:
    """A simulated browser in which ``user`` asked to be told at NOON."""
    number = next(_numbers)
    values = {
        "subscription": subscription(settings.PUSH_SIMULATED, device or f"may-{number}"),
        "endpoint_hash": f"{number:064}",
        "browser": "Chrome · Android",
        "added_at": NOON,
        "used_at": NOON,
        **fields,
    }
    return PushDevice.objects.create(user=user or a_user(), **values)


def a_preference(
    *, account: Account | None = None, channel: str = Channel.ZALO, **fields: Any
) -> Preference:
    """The word that bills are not wanted on ``channel``."""
    values = {"kind": Kind.BILL_ISSUED, "wanted": False, "set_at": NOON, **fields}
    if "set_by" not in values:
        values["set_by"] = a_user()
    return Preference.objects.create(account=account or an_account(), channel=channel, **values)


def an_own_choice(
    *, link: AccountLink | None = None, channel: str = Channel.ZALO, **fields: Any
) -> OwnChoice:
    """The word of a household member that they want to be told of bills on ``channel``."""
    link = link or a_link(role=AccountLink.Role.HOUSEHOLD)
    values = {"kind": Kind.BILL_ISSUED, "wanted": True, "set_at": NOON, **fields}
    return OwnChoice.objects.create(link=link, channel=channel, set_by=link.user, **values)


def an_outage(**fields: Any) -> Outage:
    """A planned outage of a morning, two weeks ahead."""
    values = {
        "code": f"LNC{next(_numbers):05d}",
        "area": "Phường Bến Thành: Lê Lợi",
        "starts_at": NOON + timedelta(days=14),
        "ends_at": NOON + timedelta(days=14, hours=4),
        "reason": "Bảo trì lưới điện",
        "learned_at": LOADED,
        **fields,
    }
    if "unit" not in values:
        values["unit"] = a_unit()
    outage = Outage.objects.create(**values)
    announcing.announce([outage], at=outage.learned_at)
    return outage


def an_announcement(*, outage: Outage | None = None) -> Announcement:
    """The last word on an outage."""
    return (outage or an_outage()).announcements.order_by("-revision")[0]


def no_quiet_hours() -> None:
    """Let notices go at any hour: for tests that go by the clock on the wall."""
    KindPolicy.objects.update(keeps_quiet_hours=False)
