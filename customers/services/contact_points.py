"""The contract's own contacts: replaced by the holder, or stopped because they are a stranger's."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from customers.models import Account, AccountEvent, ContactCheck, ContactPoint, User
from customers.services import events
from portal.lib.history import signed

CHANGED = ContactPoint.Suspended.CHANGED
NOT_MINE = ContactPoint.Suspended.NOT_MINE


def of_holder(account: Account, *, kind: str = "") -> QuerySet[ContactPoint]:
    """The holder's contacts in use, of one kind where one is given, in a steady order."""
    found = ContactPoint.objects.filter(account=account, owner=ContactPoint.Owner.HOLDER).usable()
    return (found.filter(kind=kind) if kind else found).order_by("kind", "pk")


@transaction.atomic
@signed
def replace(
    *,
    account: Account,
    kind: str,
    value: str,
    old: ContactPoint | None,
    verified_at: datetime,
    at: datetime,
) -> ContactPoint:
    """Put a proven contact in use, and take ``old`` out with everything of the same value.

    The old one is marked as changed here, not as replaced by an export: the next export, which may
    still name it, does not bring it back.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if old is not None:
        _suspend(of_holder(account).filter(value=old.value), why=CHANGED, at=at)
    values: dict[str, Any] = {
        "owner": ContactPoint.Owner.HOLDER,
        "source": ContactPoint.Source.CODE,
        "verified_at": verified_at,
        "suspended_at": None,
        "suspended_why": "",
    }
    return ContactPoint.objects.update_or_create(
        account=account, kind=kind, value=value, defaults=values
    )[0]


@transaction.atomic
@signed
def disown(
    *,
    contact: ContactPoint,
    by: User | None,
    at: datetime,
    reference: str = "",
    recognised: str = "",
) -> bool:
    """Stop writing to a contact because it is not this customer's; whether it was still in use.

    All of its value at this account stop at once, whatever the kind: it is a stranger's phone. They
    are told so once, with the number to call if it is wrong. The question whether it is still
    theirs is answered with it: by the call that ``reference`` names, or on the site.
    """
    answer = ContactCheck.Answer.NO if reference else ContactCheck.Answer.GONE
    account = Account.objects.select_for_update(no_key=True).get(pk=contact.account_id)
    same = ContactPoint.objects.filter(account=account, value=contact.value).usable()
    asked = ContactCheck.objects.filter(account=account, contact__value=contact.value, answer="")
    asked.update(
        answer=answer,
        answered_at=at,
        answered_by=by,
        reference=reference,
        recognised=recognised,
    )
    if not _suspend(same, why=NOT_MINE, at=at):
        return False
    kind = AccountEvent.Kind.CONTACT_DISOWNED
    detail = f"{contact.get_kind_display()} {contact.masked}"
    events.record(account=account, kind=kind, at=at, by=by, detail=detail)
    return True


def _suspend(contacts: QuerySet[ContactPoint], *, why: str, at: datetime) -> int:
    return contacts.order_by().update(suspended_at=at, suspended_why=why)
