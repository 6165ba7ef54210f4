"""What another policy, or an end of SMS, would have meant for the notices of the last month.

Each real notice is decided anew twice, as things are now and as they would be, by the statement
that plans; so the difference is that of the change alone. The database itself is told to write
nothing: once three temporary tables are made, the transaction is read-only; in the end it is taken
back.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, Self

from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from customers.models import OperatingUnit
from notifications.models import Channel, KindPolicy, LegalClass
from notifications.queries import ELDERLY
from notifications.services import ages, contract_sms, pacing, prices, quiet
from notifications.services.planning.rounds import APP, decided, deciding
from portal.lib import sql

LAST = timedelta(days=30)
NOTHING = "nothing"

_TABLES = """
    CREATE TEMPORARY TABLE dry_notice (
        id bigint PRIMARY KEY, account_id bigint, kind text, planned_at timestamptz,
        expires_at timestamptz
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE dry_before (
        notice_id bigint, channel text, turn smallint, waits interval, is_quiet boolean,
        is_beside boolean
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE dry_after (LIKE dry_before) ON COMMIT DROP;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is tried out; what is left empty stays as it is."""

    kinds: Sequence[str]
    channels: Sequence[str] = ()
    confirm_within: timedelta | None = None
    cut_off: Sequence[int] = ()
    """Companies whose customers get no SMS any more, whatever was agreed."""
    cut_over: Sequence[int] = ()
    """Companies whose bills go by SMS only where it was agreed; no others are looked at then."""
    on: date | None = None
    """The day on which it would hold: contacts of today, arrangements in force on that day."""
    price_ceiling: int | None = None
    """Đồng a notice may cost; not of what the law requires."""
    quiet: tuple[time, time] | None = None
    """The company's quiet hours; the same time twice is never quiet."""

    def as_data(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {
            "kinds": list(self.kinds),
            "channels": list(self.channels),
            "confirm_within": self.confirm_within and self.confirm_within.total_seconds(),
            "cut_off": list(self.cut_off),
            "cut_over": list(self.cut_over),
            "on": self.on and self.on.isoformat(),
            "price_ceiling": self.price_ceiling,
            "quiet": self.quiet and [one.isoformat() for one in self.quiet],
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Self:
        """What :meth:`as_data` gave."""
        confirm, on, quiet = data["confirm_within"], data["on"], data["quiet"]
        begins, ends = quiet or ("", "")
        return cls(
            kinds=data["kinds"],
            channels=data["channels"],
            confirm_within=None if confirm is None else timedelta(seconds=confirm),
            cut_off=data["cut_off"],
            cut_over=tuple(data["cut_over"]),
            on=on and date.fromisoformat(on),
            price_ceiling=data["price_ceiling"],
            quiet=(time.fromisoformat(begins), time.fromisoformat(ends)) if quiet else None,
        )


class Group(NamedTuple):
    """Notices of one company and age group that go from one first channel to another."""

    unit: int
    age: str
    before: str
    after: str
    notices: int
    cost_before: int
    cost_after: int
    most_before: int
    most_after: int

    @property
    def is_lost(self) -> bool:
        """Whether the only way to these customers would be gone."""
        return self.before != NOTHING and self.after == NOTHING

    @property
    def is_moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Peak:
    """One channel's messages in its busiest hour, no more than its provider takes."""

    channel: str
    before: int = 0
    after: int = 0
    worst_before: int = 0
    worst_after: int = 0


class Figure(NamedTuple):
    """Customers told of something in one company, ward and age group, before and after."""

    unit: int
    ward: str
    age: str
    accounts: int
    untold_before: int
    untold_after: int
    lost: int
    """Without the only way they had."""
    sms_before: int
    sms_after: int
    most_before: int
    """SMS if nothing were ever confirmed."""
    most_after: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the change would have meant."""

    since: datetime
    until: datetime
    groups: list[Group] = field(default_factory=list)
    peaks: list[Peak] = field(default_factory=list)
    quiet: tuple[int, int] = (0, 0)
    """First messages that wait for the end of quiet hours, before and after."""
    figures: list[Figure] = field(default_factory=list)
    lost_accounts: list[tuple[int, int]] = field(default_factory=list)
    """Account and company of everybody who would lose the only way; too many to be kept here."""

    def as_data(self) -> dict[str, Any]:
        """As a row keeps it; it names nobody."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "groups": [list(group) for group in self.groups],
            "peaks": [astuple(peak) for peak in self.peaks],
            "quiet": list(self.quiet),
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Self:
        """What :meth:`as_data` gave."""
        before, after = data["quiet"]
        return cls(
            since=datetime.fromisoformat(data["since"]),
            until=datetime.fromisoformat(data["until"]),
            groups=[Group(*group) for group in data["groups"]],
            peaks=[Peak(*peak) for peak in data["peaks"]],
            quiet=(before, after),
        )

    @property
    def notices(self) -> int:
        return sum(group.notices for group in self.groups)

    @property
    def moved(self) -> int:
        return sum(group.notices for group in self.groups if group.is_moved)

    @property
    def lost(self) -> int:
        return sum(group.notices for group in self.groups if group.is_lost)

    @property
    def lost_elderly(self) -> int:
        return sum(g.notices for g in self.groups if g.is_lost and g.age in ELDERLY)


def run(change: Change, *, at: datetime, only: OperatingUnit | None = None) -> Found:
    """Try ``change`` on the notices of the 30 days before ``at``, of one company where it is named.

    Nothing is sent, queued or written.
    """
    found = Found(since=at - LAST, until=at)
    with _nothing_written():
        for policy in KindPolicy.objects.filter(kind__in=change.kinds).order_by("kind"):
            _decide(policy, change, found, only)
        _count_rows()
        found = replace(found, groups=_groups(at), peaks=_peaks(), quiet=_quiet())
        if not change.cut_over:
            return found
        # Kept by whoever asked, see cutover_figures.
        return replace(found, figures=_figures(at), lost_accounts=_lost())


@contextmanager
def _nothing_written() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TABLES)
            # From here on the database refuses to write anything but these tables.
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        transaction.set_rollback(True)


def _decide(policy: KindPolicy, change: Change, found: Found, only: OperatingUnit | None) -> None:
    asked = {
        "kind": policy.kind,
        "since": found.since,
        "until": found.until,
        "only_unit": only.pk if only else None,
        "units": list(change.cut_over),
    }
    sql.run(APP, "dry_run_notices", asked)
    _count_rows()
    _side("dry_before", policy, Change(kinds=change.kinds), at=found.until)
    changed = KindPolicy.objects.get(kind=policy.kind)
    changed.channels = list(change.channels) or policy.channels
    changed.confirm_within = change.confirm_within or policy.confirm_within
    if change.price_ceiling is not None and policy.legal_class != LegalClass.STATUTORY:
        changed.price_ceiling = change.price_ceiling
    _side("dry_after", changed, change, at=_moment(change.on, found.until))


def _count_rows() -> None:
    """Tell the database how large its temporary tables are: it plans better for it."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dry_notice, dry_before, dry_after")


def _moment(on: date | None, now: datetime) -> datetime:
    """The same time of day on the day that is asked about."""
    if on is None:
        return now
    return timezone.localtime(now).replace(year=on.year, month=on.month, day=on.day)


def _side(side: str, policy: KindPolicy, change: Change, *, at: datetime) -> None:
    """Where each notice would go under ``policy`` and what else is changed, into ``side``."""
    day = timezone.localdate(at)
    begins, ends = change.quiet or quiet.company_hours(on=day).values()
    asked = {
        "cut_off": list(change.cut_off),
        "confirm_within": policy.confirm_within,
        "ceiling": policy.price_ceiling,
        "prices": Jsonb(prices.in_force(on=day)),
        "keeps_quiet_hours": policy.keeps_quiet_hours,
        "consented": bool(policy.consent),
        "quiet_begins": begins,
        "quiet_ends": ends,
    }
    parts = {"side": side, **decided()}
    known = {**asked, **deciding(policy, at), **contract_sms.known(cut_over=change.cut_over)}
    sql.run(APP, "dry_run_side", known, parts)


def _quiet() -> tuple[int, int]:
    [row] = sql.run(APP, "dry_run_quiet")
    return int(row[0]), int(row[1])


def _groups(at: datetime) -> list[Group]:
    known = {
        "prices": Jsonb(prices.in_force(on=timezone.localdate(at))),
        **ages.known(on=timezone.localdate(at)),
    }
    return [Group(*row) for row in sql.run(APP, "dry_run_changes", known, ages.parts())]


def _figures(at: datetime) -> list[Figure]:
    known = ages.known(on=timezone.localdate(at))
    return [Figure(*row) for row in sql.run(APP, "dry_run_figures", known, ages.parts())]


def _lost() -> list[tuple[int, int]]:
    return [(account, unit) for account, unit in sql.run(APP, "dry_run_lost")]


def _peaks() -> list[Peak]:
    sides = [_busiest("dry_before"), _busiest("dry_after")]
    channels = [name for name in Channel.values if any(name in side for side in sides)]
    return [_peak(channel, *(side.get(channel, (0, 0)) for side in sides)) for channel in channels]


def _busiest(side: str) -> dict[str, tuple[int, int]]:
    rows = sql.run(APP, "dry_run_peaks", None, {"side": side})
    return {channel: (first, every) for channel, first, every in rows}


def _peak(channel: str, before: tuple[int, int], after: tuple[int, int]) -> Peak:
    rate = pacing.per_second(channel)
    numbers = (before[0], after[0], before[1], after[1])
    return Peak(channel, *(min(number, rate * 3600) if rate else number for number in numbers))
