"""The reads behind the use of a period: what stands, what stood before, and when we learned it."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.models import EarlierRead
from billing.queries.standing import StoodRead, standing_reads
from billing.queries.use import visible_part
from billing.use import COMES_AFTER
from customers.models import Account
from portal.lib.periods import DAY, Period, local_day


@dataclass(frozen=True, slots=True)
class KnownRead:
    """One read that stands, with those it replaced, the oldest first."""

    read: StoodRead
    earlier: Sequence[EarlierRead]

    @property
    def first_learned_on_time(self) -> bool:
        """Whether the first word about this day came on the day after it, as it should."""
        first = self.earlier[0].learned_at if self.earlier else self.read.learned_at
        return local_day(first) <= self.read.day + COMES_AFTER


def reads_of(account: Account, period: Period) -> list[KnownRead]:
    """The reads that the use of a period rests on, the newest day first. Two queries.

    The read at the end of the eve is one of them.

    :raises OutOfSight: no day of the period may be seen
    """
    period = visible_part(account, period)
    since, before = period.starts_on - DAY, period.ends_before
    replaced: dict[tuple[int, object], list[EarlierRead]] = {}
    earlier = EarlierRead.objects.of([account]).of_days(since, before)
    for old in earlier.order_by("replaced_at", "pk"):
        replaced.setdefault((old.meter_id, old.day), []).append(old)
    reads = standing_reads([account], since=since, before=before, with_moments=True)
    return [
        KnownRead(read, replaced.get((read.meter_id, read.day), []))
        for read in sorted(reads, key=lambda read: (-read.day.toordinal(), read.meter_id))
    ]
