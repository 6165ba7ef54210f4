"""What a relative may ask in the holder's place, by the arrangement that lets them."""

from datetime import datetime

from customers.models import Account, Case, CaseKind, RelativeContact
from customers.services.cases.errors import MayNotAsk
from portal.lib.periods import local_day

NEEDS_POWER = frozenset({CaseKind.BILL})
"""What tells of amounts and use: a relative who is only told the notices gets no answer to it."""


def may_ask(account: Account, *, at: datetime) -> RelativeContact | None:
    """The relative who may ask about the bills of ``account`` at ``at``."""
    in_force = RelativeContact.objects.in_force_on(local_day(at)).select_related("contact")
    asks = RelativeContact.Power.ASKS
    found: RelativeContact | None = in_force.filter(account=account, power=asks).first()
    return found


def needs_power(*, kind: str, from_whom: str) -> bool:
    """Whether a relative asks what only some may ask."""
    return from_whom == Case.From.RELATIVE and kind in NEEDS_POWER


def check(*, account: Account, kind: str, from_whom: str, at: datetime) -> None:
    """Let a relative ask only what an arrangement in force lets them ask.

    :raises MayNotAsk: no relative may ask about the bills of this account
    """
    if needs_power(kind=kind, from_whom=from_whom) and may_ask(account, at=at) is None:
        raise MayNotAsk
