"""Links between logins and accounts."""

from datetime import datetime

from django.db.models import QuerySet

from customers.models import AccountLink


def end(*, links: QuerySet[AccountLink], at: datetime) -> int:
    """Take the right to see the account away from now on; returns how many links that ended."""
    open_ones = AccountLink.objects.filter(pk__in=links.values("pk")).exclude(
        state=AccountLink.State.ENDED
    )
    return open_ones.update(state=AccountLink.State.ENDED, ends_at=at)
