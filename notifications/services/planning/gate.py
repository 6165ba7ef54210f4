"""Far more notices than usual are a mistaken import until two people say that they are not.

The notices of such a run are written, so that they can be counted and read, but no dispatch is:
nothing stands in an inbox, nothing is queued; a release plans what a usual run gets at once.
"""

from datetime import datetime
from statistics import median

from django.conf import settings
from django.db.models import Exists, OuterRef, Sum

from customers.models import OperatingUnit
from notifications.models import Announcement, Kind, Notice, Run
from portal.lib.periods import DAY

# What a mistaken import brings in bulk, and nobody misses for an hour. What is urgent never waits
# here, nor what swings with the day of the month, as payments do. A planned outage says what one
# person typed, so it waits once a company's have told many within a day, however usual that is.
GATED = frozenset(
    {
        Kind.BILL_ISSUED,
        Kind.PAYMENT_REMINDER,
        Kind.PAYMENT_OVERDUE,
        Kind.DEBIT_FAILED,
        Kind.SERVICE_FEE,
        Kind.READING_SCHEDULE,
        Kind.CONTACT_CHECK,
        Kind.UNUSUAL_USE,
        Kind.PLANNED_OUTAGE,
    }
)
WRITTEN_BY_ONE = frozenset({Kind.PLANNED_OUTAGE})


def holds(run: Run, *, at: datetime) -> bool:
    """Whether ``run`` must not go (on) at ``at``; one that is found too large waits from now on."""
    if run.stopped_at:
        return True
    if run.kind not in GATED or run.size <= goes_alone(run):
        return False
    if run.waits_since is None or run.size > _released(run):
        _wait(run, at)
    return run.released_at is None or run.released_at > at - settings.MASS_HOLD


def goes_alone(run: Run) -> int:
    """Up to how many notices the run goes without anybody's yes.

    A first run has nothing to be measured by: it goes. It tells each account once at most, and the
    day on which a company begins is watched by everybody.
    """
    if run.kind in WRITTEN_BY_ONE:
        return max(0, int(settings.MASS_ALONE) - _told_alone(run))
    usual = usual_size(kind=run.kind, but=run)
    if usual is None:
        return run.size
    return max(settings.MASS_ALONE, settings.MASS_TIMES * usual)


def _told_alone(run: Run) -> int:
    """How many the company's runs of the day before ``run`` told without a second person's yes.

    A file of a hundred rows is a hundred runs. Later ones do not count, or what went would wait.
    That an outage was withdrawn goes to who was told of it, and says nothing new.
    """
    first = Notice.objects.filter(run=run).select_related("announcement__outage").first()
    news = first.announcement if first else None
    if news is None or news.what == Announcement.What.WITHDRAWN:
        return 0
    # Two planners at once are added up.
    unit = OperatingUnit.objects.select_for_update(no_key=True).get(pk=news.outage.unit_id)
    told = Notice.objects.filter(run=OuterRef("pk"), announcement__outage__unit=unit)
    runs = Run.objects.filter(
        Exists(told.exclude(announcement__what=Announcement.What.WITHDRAWN)),
        kind=run.kind,
        waits_since=None,
        planned_at__gt=run.planned_at - DAY,
        planned_at__lte=run.planned_at,
        pk__lt=run.pk,
    )
    return int(runs.aggregate(all=Sum("size"))["all"] or 0)


def usual_size(*, kind: str, but: Run | None = None) -> int | None:
    """The median size of the last runs of ``kind`` that went; None while there was none."""
    went = Run.objects.filter(kind=kind, size__gt=0, waits_since=None, stopped_at=None)
    others = went.exclude(pk=but.pk) if but else went
    last = list(others.newest_first().values_list("size", flat=True)[: settings.MASS_ROUNDS])
    return int(median(last)) if last else None


def _released(run: Run) -> int:
    """What two people have said yes to counts as usual."""
    return settings.MASS_TIMES * run.released_for if run.released_at else run.size


def _wait(run: Run, at: datetime) -> None:
    """Ask (again): it has outgrown what was released."""
    run.waits_since = at
    run.checked_by = run.checked_at = run.released_by = run.released_at = None
    run.released_for = 0
