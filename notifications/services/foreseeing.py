"""What one account would be told next, and where: asked of the planner's own statements.

Of facts that stand, or that the caller supposes in a transaction which is taken back. The facts of
each kind and the choice of channels are those of the planner, asked for the day on which it would
plan; so what is foreseen and what is told cannot disagree. It writes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from billing.models import Bill, PaymentFeed, PaymentTerms
from customers.models import Account, AccountEvent, ReadingDayChange
from notifications.models import Channel, Dispatch, Kind, KindPolicy, LeadTime, Notice
from notifications.security import TOLD
from notifications.services.planning import bills, payments, reading_days, security
from notifications.services.planning.rounds import APP, Facts, decided, deciding
from portal.lib import sql
from portal.lib.periods import local_day, start_of

MORNING = timedelta(hours=9)
Asked = dict[str, object]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One notice that would be made on a day, and the channels by which it would go.

    ``ways`` are dispatches that nobody wrote down; the inbox comes first.
    """

    kind: Kind
    on: date
    bill: Bill | None = None
    event: AccountEvent | None = None
    reading_change: ReadingDayChange | None = None
    ways: list[Dispatch] = field(default_factory=list)
    is_read: bool = False
    """Whether somebody reads the inbox."""

    @property
    def is_told(self) -> bool:
        """Whether anything but an inbox that nobody opens would tell it."""
        sent = (Dispatch.Status.QUEUED, Dispatch.Status.HELD)
        return self.is_read or any(way.status in sent for way in self.ways)


@dataclass(frozen=True, slots=True)
class Chance:
    """On a day the planner would look for such a fact; whether it finds one, its statement says."""

    on: date
    facts: Facts
    asked: Asked
    bill: Bill | None = None
    event: AccountEvent | None = None
    reading_change: ReadingDayChange | None = None

    @property
    def fact_id(self) -> int:
        fact = self.bill or self.event or self.reading_change
        return fact.pk if fact else 0


def only_read() -> None:
    """From here on this transaction refuses to write; what it supposed stays until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")


def next_notices(
    account: Account, *, expected: Iterable[Bill], at: datetime, most: int = 3
) -> list[Foreseen]:
    """The next notices of ``account``, at most ``most``, the soonest first.

    :param expected: bills to come, as they stand in this transaction
    """
    expected = list(expected)
    policies = KindPolicy.objects.in_bulk([one.kind for one in FORESEEN])
    chances = sorted(
        _chances(account, expected=expected, policies=policies, at=at), key=lambda one: one.on
    )
    found: list[Foreseen] = []
    for chance in chances:
        if len(found) == most:
            break
        then = max(at, start_of(chance.on) + MORNING)
        if _is_fact(account, chance, then):
            found.append(_foreseen(account, chance, policies[chance.facts.kind], then))
    return found


FORESEEN = (
    security.FACTS,
    reading_days.FACTS,
    bills.FACTS,
    payments.DUE,
    payments.LATE,
)


def _chances(
    account: Account, *, expected: list[Bill], policies: dict[str, KindPolicy], at: datetime
) -> Iterator[Chance]:
    today = local_day(at)
    yield from _of_security(account, policies[Kind.SECURITY], at=at)
    yield from _of_reading_days(account, today=today)
    useful_for = policies[Kind.BILL_ISSUED].useful_for
    recent = account.bills.filter(due_on__gte=today - payments.LATEST)
    known = [bill for bill in recent if bill not in expected]
    yield from _of_bills(account, known, expected, useful_for=useful_for, at=at)


def _of_security(account: Account, policy: KindPolicy, *, at: datetime) -> Iterator[Chance]:
    since = at - policy.useful_for
    asked: Asked = {"told": list(TOLD), "since": since}
    rows = AccountEvent.objects.filter(account=account, kind__in=TOLD, at__gt=since)
    for event in rows.order_by("pk"):
        yield Chance(local_day(at), security.FACTS, asked, event=event)


def _of_reading_days(account: Account, *, today: date) -> Iterator[Chance]:
    newest = ReadingDayChange.objects.filter(account=account).order_by("-pk")
    last, previous = [*newest[:2], None, None][:2]
    if last is None or last.read_on < today:
        return
    if previous is not None and Notice.objects.filter(reading_change=previous).exists():
        # What was said before is wrong: it is told at once.
        yield Chance(today, reading_days.FACTS, {"today": today}, reading_change=last)
        return
    times = LeadTime.objects.in_force(kind=Kind.READING_SCHEDULE, on=last.read_on)
    if (within := times.get(account.unit_id, times.get(None))) is not None:
        on = max(today, last.read_on - within)
        yield Chance(on, reading_days.FACTS, {"today": on}, reading_change=last)


def _of_bills(
    account: Account,
    known: list[Bill],
    expected: list[Bill],
    *,
    useful_for: timedelta,
    at: datetime,
) -> Iterator[Chance]:
    today = local_day(at)
    feed = PaymentFeed.objects.filter(unit=account.unit_id).first()
    # Payments are taken to be known on that day as they are now.
    as_of = feed.known_until if feed else at
    for bill in (*known, *expected):
        subject: Asked = {"subject": f"{bill.month:%Y-%m}", "month": bill.month}
        issued_on = max(bill.issued_on, today)
        if bill.issued_on + useful_for >= today:
            yield Chance(issued_on, bills.FACTS, subject, bill=bill)
        if bill.is_paid:
            continue
        terms = _terms(account, on=bill.due_on)
        if terms is None:
            continue
        remind_on = max(issued_on, bill.due_on - timedelta(days=terms.remind_days_before))
        if remind_on <= bill.due_on:
            asked: Asked = {**subject, "day": remind_on, "at": as_of}
            yield Chance(remind_on, payments.DUE, asked, bill=bill)
        # Of a bill to come nobody expects that it is not paid.
        late_on = max(today, bill.due_on + timedelta(days=terms.overdue_days_after))
        if bill in known:
            since = late_on - payments.LATEST
            asked = {**subject, "day": late_on, "due_since": since, "at": as_of}
            yield Chance(late_on, payments.LATE, asked, bill=bill)


def _terms(account: Account, *, on: date) -> PaymentTerms | None:
    try:
        return PaymentTerms.objects.in_force(unit=account.unit, day=on)
    except PaymentTerms.DoesNotExist:
        return None


def _is_fact(account: Account, chance: Chance, then: datetime) -> bool:
    asked = {"account": account.pk, "kind": chance.facts.kind, "then": then, **chance.asked}
    rows = sql.run(APP, "foresee_fact", asked, chance.facts.text())
    return (chance.fact_id,) in rows


def _foreseen(account: Account, chance: Chance, policy: KindPolicy, then: datetime) -> Foreseen:
    rows = sql.run(
        APP, "foresee_ways", {"account": account.pk, **deciding(policy, then)}, decided()
    )
    ways = [
        Dispatch(
            channel=channel,
            address=address,
            recipient=recipient,
            status=status,
            reason=reason,
            step=step,
        )
        for channel, address, recipient, status, reason, step, _timed in rows
    ]
    return Foreseen(
        kind=Kind(chance.facts.kind),
        on=timezone.localdate(then),
        bill=chance.bill,
        event=chance.event,
        reading_change=chance.reading_change,
        ways=ways,
        is_read=any(timed for channel, *_rest, timed in rows if channel == Channel.INBOX),
    )
