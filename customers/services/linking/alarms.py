"""Alarms about guessing: a login is stopped for a day, the site for an hour, staff are told."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from customers.models import LinkFreeze, LinkRequest, User
from customers.models.linking import LinkRequestQuerySet

from .errors import NotAllowed
from .limits import DAY, HOUR

Kind = LinkFreeze.Kind

MOST_CODES = 10  # different ones that failed
WEEK = timedelta(days=7)
TIMES_NORMAL = 5
LEAST_FAILURES = 50  # an hour; below it no rate is far more than usual


def raise_for_login(user: User, *, at: datetime) -> None:
    """Stop a login for a day once ten different customer codes failed by it within a week."""
    _raise(Kind.LOGIN, "user", since=at - WEEK, lasts=DAY, at=at, only=Q(user=user))


def watch(*, at: datetime) -> None:
    """Raise every alarm there is reason for; repeated, it raises none twice."""
    _raise(Kind.LOGIN, "user", since=at - WEEK, lasts=DAY, at=at)
    _raise(Kind.NETWORK, "network", since=at - HOUR, lasts=DAY, at=at)
    _watch_site(at)


def lift(*, freeze: LinkFreeze, by: User, at: datetime) -> None:
    """Let linking go on before the time; a second lift changes nothing.

    :raises NotAllowed: it is one's own login
    """
    if freeze.user_id == by.pk:
        raise NotAllowed
    LinkFreeze.objects.filter(pk=freeze.pk, lifted_at=None).update(lifted_at=at, lifted_by=by)


def _raise(
    kind: LinkFreeze.Kind,
    field: str,
    *,
    since: datetime,
    lasts: timedelta,
    at: datetime,
    only: Q = Q(),  # noqa: B008  # it is never changed
) -> None:
    """An alarm for each value of ``field`` with failures that no alarm has counted yet."""
    failed = LinkRequest.objects.failed(at=at).filter(only, created_at__gt=since)
    for subject in _guessers(failed, kind, field):
        LinkFreeze.objects.create(
            kind=kind,
            subject=str(subject[field]),
            user_id=subject[field] if kind == Kind.LOGIN else None,
            created_at=at,
            ends_at=at + lasts,
        )


def _guessers(
    failed: LinkRequestQuerySet, kind: LinkFreeze.Kind, field: str
) -> QuerySet[LinkRequest, dict[str, Any]]:
    counted = LinkFreeze.objects.filter(
        kind=kind,
        subject=Cast(OuterRef(field), CharField()),
        created_at__gte=OuterRef("created_at"),
    )
    fresh = failed.exclude(Exists(counted)).values(field)
    return fresh.annotate(codes=Count("number", distinct=True)).filter(codes__gte=MOST_CODES)


def _watch_site(at: datetime) -> None:
    """Stop linking for an hour where failures are five times what they are in a usual hour."""
    failed = LinkRequest.objects.failed(at=at).filter(created_at__gt=at - WEEK)
    found = failed.aggregate(
        now=Count("pk", filter=Q(created_at__gt=at - HOUR)),
        before=Count("pk", filter=Q(created_at__lte=at - HOUR)),
    )
    usual = found["before"] / (WEEK / HOUR - 1)
    if found["now"] <= max(TIMES_NORMAL * usual, LEAST_FAILURES):
        return
    if not LinkFreeze.objects.filter(kind=Kind.SITE, ends_at__gt=at).exists():
        LinkFreeze.objects.create(kind=Kind.SITE, subject="", created_at=at, ends_at=at + HOUR)
