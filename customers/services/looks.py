"""The record of who looked at what, and why."""

from datetime import datetime

from customers.models import Account, Look, User


def record(
    *,
    user: User,
    account: Account,
    page: str,
    reason: str,
    reference: str = "",
    at: datetime,
) -> Look:
    """Write down that ``user`` saw what ``page`` shows of ``account``: a word, or word and key."""
    return Look.objects.create(
        user=user, account=account, page=page, reason=reason, reference=reference, at=at
    )
