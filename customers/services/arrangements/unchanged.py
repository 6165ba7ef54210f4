"""Whether an account's arrangements are as they were when somebody opened the form about them."""

from datetime import datetime

from customers.models import Account, Arrangement, Renewal
from portal.lib.sealed import keyed_hash

from .errors import ChangedMeanwhile

# Whatever of a row is told to a caller, or decides what is told.
COLUMNS = ("pk", "state", "mandate", "mandate_on", "review_on", "ends_on", "first_debit_on")
TIMES = ("requested_at", "decided_at", "closed_at")


def state_of(account: Account) -> str:
    """The arrangements of ``account`` as they are, as a token for a form; no secret in it."""
    found = Arrangement.objects.filter(account=account).order_by("pk")
    rows = list(found.values_list(*COLUMNS, *TIMES))
    last = _last_change(account)
    return f"{keyed_hash(f'arrangements:{account.pk}:{rows}')}-{last.isoformat() if last else ''}"


def refuse_changed(*, account: Account, state: str) -> None:
    """Hold a form to what its reader saw; call it with the account locked.

    :param state: the token of ``state_of`` when the form was built
    :raises ChangedMeanwhile: the arrangements are others now
    """
    now = state_of(account)
    if state == now:
        return
    # What a bank's file changes has a day and no time: then the last change is an older one.
    is_dated = state.partition("-")[2] != now.partition("-")[2]
    raise ChangedMeanwhile(at=_last_change(account) if is_dated else None)


def _last_change(account: Account) -> datetime | None:
    """When somebody last changed them."""
    found = Arrangement.objects.filter(account=account).values_list(*TIMES)
    renewed = Renewal.objects.filter(arrangement__account=account).values_list("at")
    return max((at for row in (*found, *renewed) for at in row if at), default=None)
