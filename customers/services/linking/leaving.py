"""What people do with a link of their own: name the place, or give the link up."""

from datetime import datetime

from django.db import transaction

from customers.models import Account, AccountEvent, AccountLink
from customers.services import events, links
from portal.lib.text import clean

from .errors import OthersRemain

Role, State = AccountLink.Role, AccountLink.State


def name_place(*, link: AccountLink, nickname: str) -> None:
    """Keep the person's own name for the place; empty takes it away."""
    link.nickname = clean(nickname)
    link.save(update_fields=["nickname"])


@transaction.atomic
def leave(*, link: AccountLink, at: datetime) -> None:
    """Give up one's own link from now on; what ended already stays as it is.

    :raises OthersRemain: it is the holder's, and others see the address by their yes
    """
    if link.role != Role.HOLDER:
        links.end(link=link, by=link.user, at=at)
        return
    account = Account.objects.select_for_update(no_key=True).get(pk=link.account_id)
    if AccountLink.objects.filter(account=account).in_force().exclude(pk=link.pk).exists():
        raise OthersRemain
    mine = AccountLink.objects.filter(pk=link.pk).exclude(state=State.ENDED)
    if mine.update(state=State.ENDED, ends_at=at):
        kind = AccountEvent.Kind.LINK_ENDED
        events.record(account=account, kind=kind, at=at, by=link.user, link=link)
