"""After a run: every account that had to be told; of bills and outages counted from the facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    Expression,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Account, User
from customers.models.needs import comes_first, ways_to_reach
from notifications.models import WAYS, Announcement, Dispatch, Kind, Notice, Run
from portal.lib import sql

Reach, Status = Notice.Reach, Dispatch.Status

MISSING = "missing"
AWAITING = "awaiting"
# In the order in which they are read: from the best end to what must not be.
STATES: dict[str, object] = {
    Reach.SEEN: Reach.SEEN.label,
    Reach.DELIVERED: Reach.DELIVERED.label,
    AWAITING: _("Awaiting the receipt"),
    Reach.TRYING: Reach.TRYING.label,
    Reach.UNREACHABLE: _("To be called"),
    Reach.ENDED: Reach.ENDED.label,
    MISSING: _("Missing"),
}
AGES: dict[str, object] = {
    "under-60": _("under 60"),
    "60-69": _("60 to 69"),
    "70+": _("70 and older"),
    "unknown": _("age not known"),
}
ELDERLY = ("60-69", "70+")
"""The groups of people of 60 or more."""
UNCONFIRMED = ""
OUTAGES = (Kind.PLANNED_OUTAGE, Kind.UNPLANNED_OUTAGE)
# Of the other kinds a run's facts cannot be asked for afterwards: what was due then is paid now.
COUNTED = (Kind.BILL_ISSUED, *OUTAGES)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the proof: how many accounts stand in each state."""

    key: str
    label: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Proof:
    """One run's accounts, each counted once in every table; and what must be zero."""

    run: Run
    accounts: int
    told: Row
    by_company: list[Row]
    by_age: list[Row]
    by_channel: list[Row]
    without_fact: int
    """Notices of accounts that had not to be told."""
    unproven: int
    """Notices said to have arrived without a dispatch that did."""
    stuck: int
    """Notices being tried although nothing is under way."""

    @property
    def is_counted(self) -> bool:
        """Whether the accounts are counted from the facts; else nobody can be found missing."""
        return self.run.kind in COUNTED

    @property
    def missing(self) -> int:
        """Accounts that had to be told and have no notice; 0 where that is not counted."""
        return self.told.counts[MISSING]

    @property
    def balances(self) -> bool:
        """Whether every account stands in exactly one state, and each state is borne out."""
        tables = (self.by_company, self.by_age, self.by_channel)
        return (
            all(sum(row.total for row in table) == self.accounts for table in tables)
            and self.told.total == self.accounts
            and not (self.missing or self.without_fact or self.unproven or self.stuck)
        )


def proof(*, run: Run, user: User | AnonymousUser) -> Proof:
    """What became of ``run`` at the accounts that ``user`` may see. Five queries at any size."""
    must_be_told = accounts_of(run, user)
    groups = list(
        must_be_told.annotate(
            told=FilteredRelation("notices", condition=Q(notices__run=run)),
            state=Case(
                When(awaits_receipt("told__"), then=Value(AWAITING)),
                default=Coalesce("told__reach", Value(MISSING)),
            ),
            confirmed_by=Coalesce("told__reached_by", Value(UNCONFIRMED)),
            age=age_group(on=timezone.localdate(run.planned_at)),
        )
        .values_list("state", "unit__code", "unit__name", "age", "confirmed_by")
        .annotate(Count("pk"))
        .order_by("unit__code")
    )
    channels = {**dict(WAYS), UNCONFIRMED: _("not confirmed")}
    companies = {code: name for _state, code, name, *_ in groups}
    notices = Notice.objects.visible_to(user).filter(run=run)
    return Proof(
        run=run,
        accounts=_counted(run, must_be_told, groups),
        told=_row("", "", [(state, count) for state, *_, count in groups]),
        by_company=_rows(companies, [(g[1], g[0], g[5]) for g in groups]),
        by_age=_rows(AGES, [(g[3], g[0], g[5]) for g in groups]),
        by_channel=_rows(channels, [(g[4], g[0], g[5]) for g in groups]),
        without_fact=notices.exclude(account__in=accounts_of(run, user)).count(),
        unproven=_unproven(notices),
        stuck=_stuck(notices),
    )


def _counted(run: Run, must_be_told: QuerySet[Account], groups: Sequence[tuple]) -> int:
    """The accounts by the facts; of kinds that may tell one account twice in a run, the notices."""
    if run.kind in COUNTED:
        return must_be_told.count()
    return sum(count for *_, count in groups)


def accounts_of(run: Run, user: User | AnonymousUser) -> QuerySet[Account]:
    """The accounts that had to be told, by the facts: for bills, those with a bill of the month.

    Of a kind that is not COUNTED, those that have a notice of the run.
    """
    accounts = Account.objects.visible_to(user)
    if run.kind == Kind.BILL_ISSUED:
        return accounts.filter(bills__month=date.fromisoformat(f"{run.subject}-01"))
    if run.kind in OUTAGES:
        return accounts.filter(pk__in=_of_outage(run))
    return accounts.filter(Exists(Notice.objects.filter(run=run, account=OuterRef("pk"))))


def _of_outage(run: Run) -> Expression:
    """The accounts that the announcement of this run is for: by the facts that planned it."""
    code, _dash, revision = run.subject.rpartition("-")
    news = Announcement.objects.filter(outage__code=code, revision=int(revision)).first()
    named = {"announcement": news.pk if news else None}
    return sql.column("notifications", "facts_of_outages", "account_id", named)


def missing(*, run: Run, user: User | AnonymousUser) -> QuerySet[Account]:
    """Accounts that had to be told and have no notice: none, or planning has not finished."""
    told = Notice.objects.filter(run=run, account=OuterRef("pk"))
    untold = accounts_of(run, user).exclude(Exists(told))
    return untold.select_related("unit").order_by("number")


def call_list(*, run: Run, user: User | AnonymousUser) -> QuerySet[Notice]:
    """Notices that reached nobody: somebody must tell them. Whoever needs it first, then by age."""
    return (
        Notice.objects.visible_to(user)
        .filter(run=run, reach=Reach.UNREACHABLE)
        .select_related("account__unit")
        .prefetch_related(*ways_to_reach())
        .order_by(
            comes_first("account").desc(), F("account__holder_born_in").asc(nulls_last=True), "pk"
        )
    )


def age_group(*, on: date, born: str = "holder_born_in") -> Case:
    """The key of AGES as an expression: years turned in the year of ``on``."""
    return Case(
        When(**{f"{born}__isnull": True}, then=Value("unknown")),
        When(**{f"{born}__gt": on.year - 60}, then=Value("under-60")),
        When(**{f"{born}__gt": on.year - 70}, then=Value("60-69")),
        default=Value("70+"),
        output_field=CharField(),
    )


def awaits_receipt(notice: str = "") -> Q:
    """That a notice was handed over wherever it was its turn, so that only a receipt is lacking.

    :param notice: what leads to the notice, such as "told__"
    """
    proving = Dispatch.objects.filter(notice=OuterRef(f"{notice}pk"), recipient__in=Dispatch.PROOF)
    handed_over = Exists(proving.filter(status__in=[Status.ACCEPTED, Status.UNKNOWN]))
    to_send = Exists(proving.filter(status__in=[Status.QUEUED, Status.SENDING]))
    return Q(**{f"{notice}reach": Reach.TRYING}) & Q(handed_over) & ~Q(to_send)


def _unproven(notices: QuerySet[Notice]) -> int:
    arrived = Dispatch.objects.filter(
        notice=OuterRef("pk"),
        recipient__in=Dispatch.PROOF,
        status__in=[Status.DELIVERED, Status.SEEN],
    )
    told = notices.filter(reach__in=[Reach.DELIVERED, Reach.SEEN], telling=None)
    return told.exclude(Exists(arrived)).count()


def _stuck(notices: QuerySet[Notice]) -> int:
    waiting = Q(status__in=[Status.HELD, Status.QUEUED, Status.SENDING])
    handed_over = Q(status__in=[Status.ACCEPTED, Status.UNKNOWN], silent_at__isnull=False)
    live = Dispatch.objects.filter(
        waiting | handed_over, notice=OuterRef("pk"), recipient__in=Dispatch.PROOF
    )
    # A run that waits for its release has not begun.
    begun = notices.filter(reach=Reach.TRYING, run__waits_since=None)
    return begun.exclude(Exists(live)).count()


def _rows(labels: Mapping[str, object], counted: Iterable[tuple[str, str, int]]) -> list[Row]:
    """One row for each label that occurs, in the order of the labels."""
    by_key: dict[str, list[tuple[str, int]]] = {}
    for key, state, count in counted:
        by_key.setdefault(key, []).append((state, count))
    return [_row(key, str(labels[key]), by_key[key]) for key in labels if key in by_key]


def _row(key: str, label: str, counted: Iterable[tuple[str, int]]) -> Row:
    counts = dict.fromkeys(STATES, 0)
    for state, count in counted:
        counts[state] += count
    return Row(key, label, counts)
