"""What a login holds, and what that lets its person change."""

from datetime import datetime

from django.db.models import QuerySet

from customers.models import Account, AccountLink, Right, User


def holders_links(*, user: User, at: datetime) -> QuerySet[AccountLink]:
    """The links by which ``user`` holds contracts at ``at``."""
    return AccountLink.objects.holding(at=at).filter(user=user)


def holders_link(account: Account, *, user: User, at: datetime) -> AccountLink | None:
    """The link by which ``user`` holds this contract at ``at``, if they do."""
    return holders_links(user=user, at=at).filter(account=account).first()


def may_change_contacts(account: Account, *, user: User, at: datetime) -> bool:
    """Whether ``user`` holds the contract and may change where it is told."""
    link = holders_link(account, user=user, at=at)
    return link is not None and Right.CHANGE in link.opens
