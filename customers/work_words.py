"""The rows of the work list in words: what to do next about each."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import Arrangement, WorkItem

Kind = WorkItem.Kind

REVIEW_SOON = _("Ring and ask whether it is still needed; confirm it again or end it.")
REVIEW_LATE = _("Expired: ring today. Confirm it again or end it.")
GAP = _("Nobody can be told: ring, ask for a contact, or agree on an arrangement.")
DEBIT = _("Ring and agree how this bill is paid.")
DEBITS: dict[str, Any] = {
    "funds": _("Too little money: ask them to top up, or to pay by hand."),
    "limit": _("Above the limit at the bank: ask them to raise it, or to pay by hand."),
    "system": _("A fault at the bank: wait for its next file; ring if it fails again."),
    "blocked": _("The account is blocked: they ask their bank; this bill is paid by hand."),
    "wrong": _("The number is wrong: end this mandate and record the right account."),
    "closed": _("The account is closed: end this mandate and record another account."),
    "revoked": _("They took it back at the bank: ask, then end this mandate."),
    "expired": _("It ran out at the bank: end this mandate and record a new one."),
    "unexpected": _("The bank debited without a mandate: ask the bank and tell the customer."),
}


def next_step(item: WorkItem) -> str:
    """What to do; needs ``arrangement`` fetched."""
    if item.kind == Kind.REVIEW:
        expired = item.arrangement and item.arrangement.state == Arrangement.State.EXPIRED
        return str(REVIEW_LATE if expired else REVIEW_SOON)
    if item.kind == Kind.GAP:
        return str(GAP)
    return str(DEBITS.get(item.detail, DEBIT))
