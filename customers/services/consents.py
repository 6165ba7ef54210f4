"""Consents: one purpose at a time, with the text that was read, given and withdrawn alike.

The texts lie in ``templates/consents/<purpose>/<version>.<language>.txt``. A text that anybody may
have agreed to is never edited: a new wording is a new version beside it, named after its first day.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import get_language

from customers.models import Account, Consent, User
from customers.services import profile
from portal.lib.history import signed

Purpose, Via = Consent.Purpose, Consent.Via

VERSIONS = {
    Purpose.ADVICE: "2026-11-24",
    Purpose.SURVEY: "2026-11-24",
    Purpose.NEIGHBOURS: "2026-11-29",
}
"""The version that is asked now, by purpose."""

RECORD = "customers.add_consent"


class ConsentError(Exception):
    """The answer was not taken."""


class NotAllowed(ConsentError):
    """Only the holder answers, or staff with the right to record what the holder said."""


class OldText(ConsentError):
    """The text changed after it was read; it has to be read again."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is asked of the holder, in words and with its version."""

    version: str
    paragraphs: list[str]


def text(*, purpose: str, version: str = "", language: str = "") -> Text:
    """The wording of one purpose: the one asked now unless told otherwise."""
    version = version or VERSIONS[Purpose(purpose)]
    spoken = "en" if (language or get_language() or "").startswith("en") else "vi"
    words = render_to_string(f"consents/{purpose}/{version}.{spoken}.txt")
    return Text(version, words.strip().splitlines())


@transaction.atomic
@signed
def give(
    *,
    account: Account,
    purpose: str,
    version: str,
    by: User,
    at: datetime,
    via: str = Via.ONLINE,
) -> Consent:
    """Write down a yes to the text of ``version``; a yes that is there already stays.

    :raises NotAllowed: ``by`` is neither the holder nor staff who may record
    :raises OldText: another text is asked now
    """
    recorded = _lock(account, by=by, at=at, via=via)
    if version != VERSIONS[Purpose(purpose)]:
        raise OldText
    given = in_force(account).filter(purpose=purpose).first()
    if given is not None:
        return given
    return Consent.objects.create(
        account=account,
        purpose=purpose,
        text_version=version,
        given_by=None if recorded else by,
        recorded_by=by if recorded else None,
        via=via,
        given_at=at,
    )


@transaction.atomic
@signed
def withdraw(
    *, account: Account, purpose: str, by: User, at: datetime, via: str = Via.ONLINE
) -> bool:
    """Take a yes back from now on; whether there was one.

    :raises NotAllowed: ``by`` is neither the holder nor staff who may record
    """
    _lock(account, by=by, at=at, via=via)
    found = in_force(account).filter(purpose=purpose).first()
    if found is None:
        return False
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_via = at, by, via
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_via"])
    return True


def end_with_holder(account: Account, *, at: datetime) -> int:
    """Take back every yes of a holder who is none any more: it binds nobody after them."""
    return in_force(account).update(withdrawn_at=at, withdrawn_via=Via.MOVE)


def in_force(account: Account) -> QuerySet[Consent]:
    """The purposes that the holder agrees to now."""
    return Consent.objects.filter(account=account, withdrawn_at=None)


def history(account: Account) -> list[Consent]:
    """Every yes and its end, the newest first."""
    found = Consent.objects.filter(account=account)
    return list(found.select_related("given_by").order_by("-given_at", "-pk"))


def _lock(account: Account, *, by: User, at: datetime, via: str) -> bool:
    """Hold the account, so that answers follow each other; whether staff records this one."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if via == Via.ONLINE:
        if profile.holders_link(account, user=by, at=at) is None:
            raise NotAllowed
        return False
    if not may_record(account, by=by):
        raise NotAllowed
    return True


def may_record(account: Account, *, by: User) -> bool:
    """Whether ``by`` is staff who may write down what the holder of this account said."""
    seen = Account.objects.visible_to(by).filter(pk=account.pk)
    return by.is_staff and by.has_perm(RECORD) and seen.exists()
