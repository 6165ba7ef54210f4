"""One click in a mail: no more mail about this kind to this address (RFC 8058)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from customers.models import Account, ContactPoint
from notifications.models import Channel, Kind, KindPolicy, LegalClass, Preference
from notifications.services.preferences import CHOSEN
from portal.lib.sealed import keyed_hash

_SALT = "notifications.unsubscribe"
# Mail is kept for long; who finds it after years calls us.
VALID_FOR = timedelta(days=730)


class NotOurs(Exception):
    """No token of ours, or the address it was made for is another one by now."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a token is about: one kind, at one address of one account."""

    contact: ContactPoint
    kind: Kind

    @property
    def is_statutory(self) -> bool:
        """Whether the law asks for one way that stays open."""
        legal_class = KindPolicy.objects.get(kind=self.kind).legal_class
        return bool(legal_class == LegalClass.STATUTORY)


def headers(*, contact: int, address: str, kind: str) -> dict[str, str]:
    """What a mail program makes a button of."""
    path = reverse("unsubscribe", args=[token(contact=contact, address=address, kind=kind)])
    return {
        "List-Unsubscribe": f"<{settings.SITE_URL}{path}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def may_be_left(*, contacts: Collection[int]) -> set[int]:
    """Those of ``contacts`` whose mail their account decides about: the holder's."""
    own = ContactPoint.objects.filter(pk__in=contacts, owner=ContactPoint.Owner.HOLDER)
    return set(own.values_list("pk", flat=True))


def token(*, contact: int, address: str, kind: str) -> str:
    """Good for this kind at this address alone, and only if it was made here."""
    return signing.dumps([contact, kind, _mark(address)], salt=_SALT)


def read(text: str) -> Asked:
    """What the token is about.

    :raises NotOurs: it was not made here, is too old, or its address was changed
    """
    try:
        pk, kind, mark = signing.loads(text, salt=_SALT, max_age=VALID_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotOurs from None
    contact = ContactPoint.objects.select_related("account").filter(pk=pk).first()
    if contact is None or _mark(contact.value) != mark or kind not in CHOSEN:
        raise NotOurs
    return Asked(contact, Kind(kind))


@transaction.atomic
def stop(*, asked: Asked, at: datetime) -> bool:
    """Write down that the account does not want this kind by mail; whether that is news.

    Nobody signed in, so the answer bears no name. What the law asks for still finds a way.
    """
    account = Account.objects.select_for_update().get(pk=asked.contact.account_id)
    place: dict[str, Any] = {"account": account, "kind": asked.kind, "channel": Channel.EMAIL}
    if Preference.objects.filter(**place, wanted=False).exists():
        return False
    Preference.objects.update_or_create(
        **place, defaults={"wanted": False, "set_by": None, "set_at": at}
    )
    return True


def _mark(address: str) -> str:
    return keyed_hash(address)[:16]
