"""What is told of outages, written down as it is told."""

from collections.abc import Iterable
from datetime import datetime

from customers.models import User
from customers.premises import areas
from notifications.models import Announcement, Outage, OutagePlace

What = Announcement.What


def announce(
    outages: Iterable[Outage], *, what: str = What.CHANGED, at: datetime, by: User | None = None
) -> list[Announcement]:
    """Announce each of these outages as it stands now: what is new in it, if it was told before.

    Nothing is new where area and hours are as they were told.
    """
    outages = list(outages)
    last = _last(outages)
    made = [
        _next(outage, last.get(outage.pk), what=what, at=at, by=by)
        for outage in outages
        if _is_news(outage, last.get(outage.pk), what)
    ]
    Announcement.objects.bulk_create(made)
    OutagePlace.objects.bulk_create(place for one in made for place in _places(one))
    return made


def _last(outages: Iterable[Outage]) -> dict[int, Announcement]:
    rows = Announcement.objects.filter(outage__in=outages).order_by("outage", "revision")
    return {row.outage_id: row for row in rows}


def _is_news(outage: Outage, last: Announcement | None, what: str) -> bool:
    if last is None or what != What.CHANGED or last.what in (What.WITHDRAWN, What.ENDED):
        return True
    return (last.area, last.starts_at, last.ends_at) != (
        outage.area,
        outage.starts_at,
        outage.ends_at,
    )


def _next(
    outage: Outage, last: Announcement | None, *, what: str, at: datetime, by: User | None
) -> Announcement:
    return Announcement(
        outage=outage,
        revision=last.revision + 1 if last else 1,
        what=what if last else What.ANNOUNCED,
        area=outage.area,
        starts_at=outage.starts_at,
        ends_at=outage.ends_at,
        reason=outage.reason,
        made_at=at,
        made_by=by,
    )


def _places(announcement: Announcement) -> Iterable[OutagePlace]:
    for area in areas(announcement.area):
        yield OutagePlace(
            announcement=announcement,
            text=area.text,
            ward_keys=list(area.ward_keys),
            street_key=area.street_key,
            first_number=area.first_number,
            last_number=area.last_number,
        )
