"""Facts of the days added up, for pages and files; the tables of messages are not asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from notifications.models import ReachCount, ReachDay
from notifications.queries.proofs import ELDERLY
from portal.lib.periods import local_day

DAY = timedelta(days=1)
OLD = Q(age__in=ELDERLY)
NUMBERS = (
    "accounts", "reachable", "untold", "inbox", "push", "zalo", "email", "sms", "sms_agreed",
    "auto_debit", "relative", "notices", "in_time",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts of one day and group added up; ``elderly`` are those of people of 60 or more."""

    numbers: dict[str, int]
    elderly: dict[str, int]

    @property
    def unproven(self) -> int:
        """Accounts with channels, none of which has confirmed a notice lately."""
        return self.numbers["accounts"] - self.numbers["reachable"] - self.numbers["untold"]

    def share(self, name: str = "reachable") -> int | None:
        """Thousandths of the accounts, rounded down; None where there is no account."""
        return thousandths(self.numbers[name], self.numbers["accounts"])

    def elderly_share(self, name: str = "reachable") -> int | None:
        """The same of people of 60 or more."""
        return thousandths(self.elderly[name], self.elderly["accounts"])


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a trend; without sums it was not counted."""

    day: date
    sums: Sums | None
    is_late: bool = False


def thousandths(part: int, whole: int) -> int | None:
    """How many of a thousand, never rounded up to more than there are."""
    return part * 1000 // whole if whole else None


def trend(counts: QuerySet[ReachCount], *, first: date, last: date) -> list[Day]:
    """Every day from ``first`` to ``last``, also those nobody counted. Two queries."""
    counted = ReachDay.objects.filter(day__gte=first, day__lte=last)
    late = {one.day: one.is_late for one in counted}
    sums = _grouped(counts.filter(day__gte=first, day__lte=last), "day")
    empty = Sums(dict.fromkeys(NUMBERS, 0), dict.fromkeys(NUMBERS, 0))
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return [Day(day, sums.get(day, empty) if day in late else None, late.get(day, False))
            for day in days]  # fmt: skip


def groups(counts: QuerySet[ReachCount], *, day: date, by: str) -> dict[Any, Sums]:
    """The counts of one day by one column. One query."""
    return _grouped(counts.filter(day=day), by)


def whole(counts: QuerySet[ReachCount], *, day: date) -> Sums:
    """The counts of one day, all together. One query."""
    return _sums(counts.filter(day=day).aggregate(**_all()))


def last_day() -> date | None:
    """The last day that was counted."""
    return ReachDay.objects.order_by("-day").values_list("day", flat=True).first()


def rows(counts: QuerySet[ReachCount]) -> Iterator[tuple[Any, ...]]:
    """Every count as it stands, for a file."""
    named = counts.order_by("day", "unit__code", "ward", "age")
    columns = ("day", "unit__code", "unit__name", "ward", "age", *NUMBERS)
    return named.values_list(*columns).iterator(chunk_size=2000)


def _grouped(counts: QuerySet[ReachCount], column: str) -> dict[Any, Sums]:
    found = counts.order_by(column).values(column).annotate(**_all())
    return {row[column]: _sums(row) for row in found}


def _all() -> dict[str, Any]:
    """A sum of each number, and one of each of people of 60 or more."""
    every = {f"all_{name}": Coalesce(Sum(name), 0) for name in NUMBERS}
    return every | {f"old_{name}": Coalesce(Sum(name, filter=OLD), 0) for name in NUMBERS}


def _sums(row: dict[str, int]) -> Sums:
    return Sums(
        {name: row[f"all_{name}"] for name in NUMBERS},
        {name: row[f"old_{name}"] for name in NUMBERS},
    )


@dataclass(frozen=True, slots=True)
class Month:
    """What became of the notices of one month, and who could be reached on its last counted day."""

    month: date
    notices: int
    in_time: int
    until: date | None
    """The last counted day; None where the month itself was not counted."""
    last: Sums | None


def months(*, since: date) -> list[Month]:
    """The months from that of ``since`` on, the oldest first. Two queries."""
    counted = ReachDay.objects.filter(day__gte=since.replace(day=1)).order_by("day")
    told_in = {one.day: local_day(one.notices_from).replace(day=1) for one in counted}
    sums = _grouped(ReachCount.objects.filter(day__gte=since.replace(day=1)), "day")
    named = sorted({day.replace(day=1) for day in told_in} | set(told_in.values()))
    return [_month(month, told_in, sums) for month in named if month >= since.replace(day=1)]


def _month(month: date, told_in: dict[date, date], sums: dict[date, Sums]) -> Month:
    told = [sums[day] for day, of in told_in.items() if of == month and day in sums]
    counted = [day for day in told_in if day.replace(day=1) == month and day in sums]
    until = max(counted, default=None)
    return Month(
        month=month,
        notices=sum(one.numbers["notices"] for one in told),
        in_time=sum(one.numbers["in_time"] for one in told),
        until=until,
        last=sums[until] if until else None,
    )
