"""Changes of the day on which a meter is read, written down so that they can be told."""

from collections.abc import Collection, Iterable
from datetime import datetime

from customers.models import Account, ReadingDayChange
from customers.reading_days import first_by_new_day
from portal.lib.periods import local_day

BATCH = 5_000


def move(accounts: Collection[Account], *, to: int, at: datetime) -> None:
    """Read the meters of these accounts on another day from now on, and write that down."""
    changes = [(account.pk, account.reading_day, to) for account in accounts]
    Account.objects.filter(pk__in=[account.pk for account in accounts]).update(reading_day=to)
    for account in accounts:
        account.reading_day = to
    note(changes=changes, at=at)


def note(*, changes: Iterable[tuple[int, int, int]], at: datetime) -> None:
    """Write down each change (account's key, day before, day after)."""
    today = local_day(at)
    ReadingDayChange.objects.bulk_create(
        (
            ReadingDayChange(
                account_id=account,
                before=before,
                after=after,
                changed_at=at,
                read_on=first_by_new_day(before=before, after=after, today=today),
            )
            for account, before, after in changes
            if before != after
        ),
        batch_size=BATCH,
    )
