"""The record of who looked at what."""

from datetime import datetime

from customers.models import Account, Look, User


def record(*, user: User, account: Account, page: str, at: datetime) -> Look:
    """Write down that ``user`` saw what ``page`` shows of ``account``: a word, or word and key."""
    return Look.objects.create(user=user, account=account, page=page, at=at)
