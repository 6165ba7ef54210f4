"""What the clock makes of arrangements: to be confirmed again, expired, at their agreed end.

Nothing goes silently: each of these is a row of the work list, kept there until a person, or the
customer, settled it.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from customers.models import AccountEvent, Arrangement, ReviewTerms, WorkItem
from customers.services import work
from portal.lib import sql
from portal.lib.periods import local_day

from . import ways
from .deciding import end_now, locked
from .terms import tell


def keep(*, at: datetime) -> None:
    """Do what the day brought. Safe to rerun, and beside another round."""
    today = local_day(at)
    terms = ReviewTerms.objects.in_force(on=today).first()
    in_force = Arrangement.objects.filter(state=Arrangement.State.IN_FORCE)
    for one in _each(in_force.filter(ends_on__lte=today)):
        _end(one, at=at)
    if terms is not None:
        known = {"at": at, "day": today, "review_before": today + timedelta(terms.ahead_days)}
        sql.run("customers", "list_reviews", known)
        late = today - timedelta(terms.grace_days)
        for one in _each(in_force.filter(review_on__lt=late)):
            _expire(one, late=late, at=at)
    _settle_gaps(today, at=at)


def _each(found: QuerySet[Arrangement]) -> list[Arrangement]:
    return list(found.order_by("pk"))


@transaction.atomic
def _end(arrangement: Arrangement, *, at: datetime) -> None:
    """At its agreed last day; undone, confirmed or ended meanwhile, it is left alone."""
    current = locked(arrangement)
    has_ended = current.ends_on is not None and current.ends_on <= local_day(at)
    if current.state == Arrangement.State.IN_FORCE and has_ended:
        current.closed_why = Arrangement.ClosedWhy.AGREED
        end_now(current, by=None, at=at)


@transaction.atomic
def _expire(arrangement: Arrangement, *, late: date, at: datetime) -> None:
    """Past its grace, and confirmed by nobody: what goes on of it waits for a person."""
    current = locked(arrangement)
    if current.state != Arrangement.State.IN_FORCE or current.review_on >= late:
        return
    current.state, current.closed_at = Arrangement.State.EXPIRED, at
    current.save(update_fields=["state", "closed_at"])
    work.press(arrangement=current, day=local_day(at))
    tell([current], AccountEvent.Kind.ARRANGEMENT_EXPIRED, by=None, at=at)


def _settle_gaps(today: date, *, at: datetime) -> None:
    """Who can be told again, by whatever way, is on the list no more."""
    gaps = WorkItem.objects.open().filter(kind=WorkItem.Kind.GAP)
    for item in gaps.select_related("arrangement__account").order_by("pk"):
        if item.arrangement and ways.left_without(item.arrangement, day=today):
            work.settle_itself([item.pk], outcome=WorkItem.Outcome.MENDED, at=at)
