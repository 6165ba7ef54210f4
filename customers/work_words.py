"""The rows of the work list in words: what to do next about each."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import Arrangement, WorkItem

Kind = WorkItem.Kind

REVIEW_SOON = _("Ring and ask whether it is still needed; confirm it again or end it.")
REVIEW_LATE = _("Expired: ring today. Confirm it again or end it.")
GAP = _("Nobody can be told: ring, ask for a contact, or agree on an arrangement.")
UNTOLD = _("Ring and read the notices aloud: open the account, then “tell them now”.")
CONTACT = _("Ring the customer and ask whether the contact is still theirs.")
SHARED = _("The number stands on %(count)s contracts. Ask whose it is; take it off the others.")
NEED = _("Ask whether it still holds; confirm it again or end it on the account.")
OUTAGE = _("Tell them in person, before %(when)s, of the planned outage.")
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
PLAIN: dict[str, Any] = {
    Kind.GAP: GAP,
    Kind.UNTOLD: UNTOLD,
    Kind.CONTACT: CONTACT,
    Kind.NEED: NEED,
}


def next_step(item: WorkItem) -> str:
    """What to do; needs ``arrangement`` fetched."""
    if item.kind == Kind.REVIEW:
        expired = item.arrangement and item.arrangement.state == Arrangement.State.EXPIRED
        return str(REVIEW_LATE if expired else REVIEW_SOON)
    if item.kind == Kind.SHARED:
        return str(SHARED % {"count": item.detail})
    if item.kind == Kind.OUTAGE:
        return str(OUTAGE % {"when": item.detail})
    if item.kind in PLAIN:
        return str(PLAIN[item.kind])
    return str(DEBITS.get(item.detail, DEBIT))
