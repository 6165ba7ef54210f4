"""The record of who looked at what, and why."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Look, User
from portal.lib.errors import SaysWhy
from portal.lib.text import clean

# What Look.page begins with where a contact was shown in full.
REVEAL = "contact"

Subject = Account | User
"""Whose data: an account's, or those of a login that are about no account."""


class NoReference(SaysWhy):
    """A call, a visit or a case has a number by which it is found again."""

    why = _("Enter the number of the call or case.")


def record(
    *,
    user: User,
    subject: Subject,
    page: str,
    reason: str,
    reference: str = "",
    at: datetime,
) -> Look:
    """Write down that ``user`` saw what ``page`` shows of ``subject``: a word, or word and key.

    :raises NoReference: the reason is one that has a number, and none is given
    """
    reference = clean(reference)
    if reason in Look.REFERRED and not reference:
        raise NoReference
    return Look.objects.create(
        user=user, page=page, reason=reason, reference=reference, at=at, **_whose(subject)
    )


def standing(*, user: User, subject: Subject, at: datetime) -> Look | None:
    """The newest look whose reason still holds, counted from when it was given."""
    looks = Look.objects.opening().filter(user=user, **_whose(subject))
    return looks.given_after(at - settings.DESK_REASON_HOLDS).newest_first().first()


def conversation(*, user: User, subject: Subject, at: datetime) -> dict[str, str]:
    """How the customer is talking to ``user`` now, and its number; empty where nobody does."""
    reason = standing(user=user, subject=subject, at=at)
    if reason is None or reason.reason not in (Look.Reason.CALL, Look.Reason.COUNTER):
        return {}
    return {"via": reason.reason, "reference": reason.reference}


def go_on(*, standing: Look, page: str, at: datetime) -> Look:
    """Another page of the account for the same reason; opened again at once, it is one look."""
    if standing.page == page and standing.at > at - settings.DESK_ONE_LOOK:
        return standing
    return Look.objects.create(
        user_id=standing.user_id,
        account_id=standing.account_id,
        about_id=standing.about_id,
        page=page,
        reason=standing.reason,
        reference=standing.reference,
        reason_at=standing.reason_at or standing.at,
        at=at,
    )


def beside_a_file(*, user: User, accounts: Collection[int], load: int, at: datetime) -> None:
    """Write down that ``user`` saw old values of ``accounts`` beside a file; once an hour."""
    page = f"load {load}"
    looks = Look.objects.filter(user=user, page=page, account__in=accounts)
    before = looks.after(at - settings.DESK_REASON_HOLDS).values_list("account", flat=True)
    for key in sorted(set(accounts) - set(before)):
        Look.objects.create(
            user=user,
            account_id=key,
            page=page,
            reason=Look.Reason.LOAD,
            reference=str(load),
            at=at,
        )


def others_lately(*, user: User, account: Account, at: datetime) -> list[Look]:
    """The newest look of each colleague who works on the account just now, the newest first.

    Who reviews or audits changes nothing there, and is not named.
    """
    looks = Look.objects.filter(account=account).exclude(user=user)
    recent = looks.exclude(reason__in=Look.IN_PASSING).after(at - settings.DESK_CALL_LASTS)
    newest = recent.order_by("user", "-at", "-pk").distinct("user").select_related("user")
    return sorted(newest, key=lambda look: (look.at, look.pk), reverse=True)


def current_call(*, user: User, at: datetime) -> Look | None:
    """The newest look of this person, while what it was for may still be going on."""
    looks = Look.objects.opening().filter(user=user).after(at - settings.DESK_CALL_LASTS)
    return looks.newest_first().first()


def _whose(subject: Subject) -> dict[str, Subject]:
    return {"about" if isinstance(subject, User) else "account": subject}
