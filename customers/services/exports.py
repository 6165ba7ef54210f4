"""Downloads of one's own data: how many a day, and what is written down of them."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import AccountEvent, DataExport, User
from customers.services import events, profile

MOST_A_DAY = 3
DAY = timedelta(days=1)


class TooMany(Exception):
    """Three were taken within the last 24 hours."""


@transaction.atomic
def take(*, user: User, at: datetime) -> DataExport:
    """Count a download, and write it down at each contract that ``user`` holds.

    :raises TooMany: three were taken within the last 24 hours
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if DataExport.objects.filter(user=user, at__gt=at - DAY).count() >= MOST_A_DAY:
        raise TooMany
    links = profile.holders_links(user=user, at=at).select_related("account")
    for link in links.order_by("account"):
        kind = AccountEvent.Kind.EXPORTED
        events.record(account=link.account, kind=kind, at=at, by=user, link=link)
    return DataExport.objects.create(user=user, at=at)
