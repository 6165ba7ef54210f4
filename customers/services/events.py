"""The record of changes of who sees an account and where it is told."""

from datetime import datetime

from customers.models import Account, AccountEvent, AccountLink, Arrangement, User


def record(
    *,
    account: Account,
    kind: AccountEvent.Kind,
    at: datetime,
    by: User | None = None,
    link: AccountLink | None = None,
    arrangement: Arrangement | None = None,
    detail: str = "",
) -> AccountEvent:
    """Write down a change; telling everyone about it is derived from this row.

    Call it in the transaction of the change. ``detail`` holds nothing that is not masked.
    """
    return AccountEvent.objects.create(
        account=account,
        kind=kind,
        at=at,
        by=by,
        link=link,
        arrangement=arrangement,
        detail=detail,
    )
