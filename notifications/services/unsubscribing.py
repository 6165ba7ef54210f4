"""One click in a mail: no more mail about this kind to this address (RFC 8058)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from customers.models import Account, AccountEvent, AccountLink, ContactPoint
from customers.services import events
from notifications.models import Channel, Kind, KindPolicy, LegalClass, Preference
from notifications.services import own_choices
from notifications.services.preferences import CHOSEN
from portal.lib.sealed import keyed_hash

_SALT = "notifications.unsubscribe"
# Of linked people: one token can never be read as the other.
_OWN_SALT = "notifications.unsubscribe.own"
# Mail is kept for long; who finds it after years calls us.
VALID_FOR = timedelta(days=730)


class NotOurs(Exception):
    """No token of ours, or the address it was made for is another one by now."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a token is about: one kind, at one address of the contract or of a linked person."""

    address: str
    kind: Kind
    contact: ContactPoint | None = None
    link: AccountLink | None = None
    beside: tuple["Asked", ...] = ()
    """What else went in the same mail."""

    @property
    def is_own(self) -> bool:
        """Whether it was a linked person's own choice."""
        return self.link is not None

    @property
    def is_statutory(self) -> bool:
        """Whether the law asks for one way to the holder that stays open."""
        legal_class = KindPolicy.objects.get(kind=self.kind).legal_class
        return not self.is_own and legal_class == LegalClass.STATUTORY


def headers(
    *,
    address: str,
    kind: str,
    contact: int | list[int] | None = None,
    link: int | list[int] | None = None,
) -> dict[str, str]:
    """What a mail program makes a button of."""
    text = token(contact=contact, link=link, address=address, kind=kind)
    return {
        "List-Unsubscribe": f"<{settings.SITE_URL}{reverse('unsubscribe', args=[text])}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def may_be_left(*, contacts: Collection[int]) -> set[int]:
    """Those of ``contacts`` whose mail their account decides about: the holder's."""
    own = ContactPoint.objects.filter(pk__in=contacts, owner=ContactPoint.Owner.HOLDER)
    return set(own.values_list("pk", flat=True))


def token(
    *,
    address: str,
    kind: str,
    contact: int | list[int] | None = None,
    link: int | list[int] | None = None,
) -> str:
    """Good for this kind at this address alone, and only if it was made here.

    Either of a ``contact`` of the contract, or of a linked person, named by their ``link``; of
    several where one mail told of several.
    """
    salt = _OWN_SALT if link else _SALT
    return signing.dumps([link or contact, kind, _mark(address)], salt=salt)


def read(text: str) -> Asked:
    """What the token is about.

    :raises NotOurs: it was not made here, is too old, or its address was changed
    """
    found = _asked(text, _SALT)
    is_own = found is None
    pks, kind, mark = found or _asked(text, _OWN_SALT) or ([], "", "")
    all_named = [_of_link(pk, kind) if is_own else _of_contact(pk, kind) for pk in pks]
    # One whose address was changed since says nothing about the others.
    good = [asked for asked in all_named if asked and _mark(asked.address) == mark]
    if not good:
        raise NotOurs
    return replace(good[0], beside=tuple(good[1:]))


@transaction.atomic
def stop(*, asked: Asked, at: datetime) -> bool:
    """Write down that this kind is not wanted by mail; whether that is news.

    Nobody signed in, so the answer bears no name. For the account what the law asks for still
    finds a way; a linked person's own choice is withdrawn and nothing else.
    """
    # Accounts are locked in one order, so that two clicks never wait for each other.
    news = [_stop(one, at) for one in sorted([asked, *asked.beside], key=_account)]
    return any(news)


def _account(asked: Asked) -> int:
    place = asked.link or asked.contact
    return place.account_id if place else 0


def _stop(asked: Asked, at: datetime) -> bool:
    if asked.link is not None:
        return own_choices.withdraw(link=asked.link, kind=asked.kind, channel=Channel.EMAIL, at=at)
    if asked.contact is None:
        return False
    account = Account.objects.select_for_update().get(pk=asked.contact.account_id)
    place: dict[str, Any] = {"account": account, "kind": asked.kind, "channel": Channel.EMAIL}
    if Preference.objects.filter(**place, wanted=False).exists():
        return False
    Preference.objects.update_or_create(
        **place, defaults={"wanted": False, "set_by": None, "set_at": at}
    )
    events.record(account=account, kind=AccountEvent.Kind.CHANNEL_CHANGED, at=at)
    return True


def _asked(text: str, salt: str) -> tuple[list[int], str, str] | None:
    try:
        pk, kind, mark = signing.loads(text, salt=salt, max_age=VALID_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    pks = pk if isinstance(pk, list) else [pk]
    return (pks, kind, mark) if kind in CHOSEN else None


def _of_contact(pk: int, kind: str) -> Asked | None:
    """Of a contact that is still the holder's: who had the address before decides no more."""
    own = ContactPoint.objects.usable().filter(owner=ContactPoint.Owner.HOLDER)
    contact = own.select_related("account").filter(pk=pk).first()
    return Asked(contact.value, Kind(kind), contact=contact) if contact else None


def _of_link(pk: int, kind: str) -> Asked | None:
    link = AccountLink.objects.select_related("user").filter(pk=pk).first()
    return Asked(link.user.email or "", Kind(kind), link=link) if link else None


def _mark(address: str) -> str:
    return keyed_hash(address)[:16]
