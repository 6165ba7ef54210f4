"""Who could be reached on a day: one statement for all, against a loop that knows each account."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from customers.models import Account
from notifications.models import Notice, ReachCount, ReachDay
from notifications.services import reach
from notifications.services.preferences import working_channels
from portal.bench import Way
from portal.bench.planning import forget, plan
from portal.demo import crowd
from portal.lib.periods import local_day

WHAT = "count who can be reached, by company, ward and age"
UNIT = "accounts"
ACCOUNTS = 2_000


def ways() -> Iterator[Way]:
    """The ORM, account by account; the statement; the statement once more."""
    forget()
    crowd.gather(accounts=ACCOUNTS)
    plan()
    Notice.objects.filter(reach="trying").update(reach="delivered", reached_by="zalo")
    units = Account.objects.count()
    yield Way(name="ORM, a loop", units=units, prepare=forget_days, run=count_by_orm)
    yield Way(name="statement", units=units, prepare=forget_days, run=count)
    yield Way(name="statement again", units=units, run=count)


def forget_days() -> None:
    """Nothing was counted."""
    ReachDay.objects.all().delete()


def count() -> None:
    """As every night."""
    reach.count_day(at=timezone.now())


def count_by_orm() -> None:
    """The same accounts, without the app, relatives, arrangements and notices of the day."""
    at = timezone.now()
    day, since = local_day(at) - timedelta(days=1), at - reach.PROVEN_FOR
    counted: Counter[tuple[int, str, str]] = Counter()
    reached: Counter[tuple[int, str, str]] = Counter()
    for account in Account.objects.in_force_on(day).iterator():
        age = account.age_on(day)
        group = "unknown" if age is None else "70+" if age >= 70 else "60-69" if age >= 60 else ""
        key = (account.unit_id, account.ward, group or "under-60")
        counted[key] += 1
        confirmed = Notice.objects.filter(account=account, planned_at__gte=since)
        by = set(confirmed.exclude(reached_by="").values_list("reached_by", flat=True))
        reached[key] += bool(by & set(working_channels(account, on=day)))
    made = ReachDay.objects.create(day=day, counted_at=at, notices_from=at, notices_until=at)
    ReachCount.objects.bulk_create(
        ReachCount(
            day=made, unit_id=unit, ward=ward, age=age, accounts=number,
            reachable=reached[unit, ward, age], inbox=0, push=0, zalo=0, email=0, sms=0, untold=0,
            sms_agreed=0, auto_debit=0, relative=0, notices=0, in_time=0,
        )
        for (unit, ward, age), number in counted.items()
    )  # fmt: skip
