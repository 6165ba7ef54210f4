"""The record of changes of who sees an account and where it is told."""

from collections.abc import Iterable
from datetime import datetime

from customers.models import Account, AccountEvent, AccountLink, Arrangement, User


def record_arrangements(
    arrangements: Iterable[Arrangement], *, kind: AccountEvent.Kind, by: User | None, at: datetime
) -> None:
    """Write down what became of each of these, as :func:`record` does of one change."""
    AccountEvent.objects.bulk_create(
        AccountEvent(
            account_id=one.account_id, kind=kind, at=at, by=by, arrangement=one, detail=one.kind
        )
        for one in arrangements
    )


def record(
    *,
    account: Account,
    kind: AccountEvent.Kind,
    at: datetime,
    by: User | None = None,
    link: AccountLink | None = None,
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
        detail=detail,
    )
