"""Linked people who choose to be told too, at their own verified number or e-mail address.

Off until chosen, one answer for each kind and channel of an address. What holds at a moment judges
``sql/linked_people.sql``, for planning and claiming alike; this module asks and saves.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from customers.models import (
    Account,
    AccountLink,
    ContactPoint,
    Invitation,
    RelativeContact,
    Right,
    SmsRetention,
    User,
)
from customers.queries import Place, verified_addresses
from notifications.models import CHOOSERS, OWN_CHANNELS, Channel, Kind, KindPolicy, OwnChoice
from notifications.services.preferences import CHOSEN
from portal.lib import sql
from portal.lib.history import signed
from portal.lib.text import mask_contact

# They say what is owed or was paid: only to whom the link opens bills.
ABOUT_MONEY = (
    Kind.BILL_ISSUED,
    Kind.PAYMENT_RECEIVED,
    Kind.PAYMENT_REMINDER,
    Kind.PAYMENT_OVERDUE,
    Kind.DEBIT_FAILED,
    Kind.DISCONNECTION,
    Kind.SERVICE_FEE,
)
# Of a bill, use and amount may be told to who sees the months alone: in a mail, see rendering.
AS_TOTALS = (Kind.BILL_ISSUED, Channel.EMAIL)


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """Where a linked person may be told."""

    channel: Channel
    value: str
    is_shared: bool
    """The contract or an arrangement has it as well: it is told in their name, and once."""

    @property
    def masked(self) -> str:
        """Enough to recognise it, too little to use it."""
        return mask_contact(self.value, is_email=self.channel == Channel.EMAIL)


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind: on which channels the person may choose it, and chose it."""

    kind: Kind
    offered: tuple[Channel, ...]
    wanted: frozenset[Channel]
    is_totals: bool
    """Of the bill its use and amount alone, since the link opens no more."""


def parts() -> dict[str, str]:
    """What stands in statements for ``{people}``."""
    return {"people": sql.statement("notifications", "linked_people")}


def known() -> dict[str, list[str]]:
    """What that part is asked with, beside the time and the day."""
    return {
        "about_money": [kind.value for kind in ABOUT_MONEY],
        "choosers": [role.value for role in CHOOSERS],
    }


def may_choose(place: Place) -> bool:
    """Whether whoever sees ``place`` may choose to be told too."""
    return place.role in CHOOSERS and place.lives_there and place.may(Right.NOTICES)


def link_of(*, user: User, account: Account, on: date) -> AccountLink | None:
    """The link by which ``user`` may choose on that day; None for the holder, or who moved."""
    links = AccountLink.objects.in_force().filter(user=user, account=account, role__in=CHOOSERS)
    link = links.select_related("user", "account").first()
    return link if link and on in link.window and Right.NOTICES in link.opens else None


def addresses(link: AccountLink, *, on: date) -> list[OwnAddress]:
    """The verified number and e-mail address of the person, as channels. Two queries."""
    proven = verified_addresses(link.user)
    phone, email = link.user.phone or "", (link.user.email or "").lower()
    mine = {
        Channel.ZALO: phone if (Invitation.Kind.PHONE, phone) in proven else "",
        Channel.EMAIL: email if (Invitation.Kind.EMAIL, email) in proven else "",
    }
    shared = {value.lower() for value in _told_addresses(link.account_id, on=on)}
    return [OwnAddress(channel, value, value in shared) for channel, value in mine.items() if value]


def _told_addresses(account: int, *, on: date) -> list[str]:
    """Where the holder, or the relative of an arrangement, may be told by Zalo, mail or SMS."""
    arranged = [
        kind.objects.telling_on(on).filter(account=account).values("contact")
        for kind in (SmsRetention, RelativeContact)
    ]
    by_contract = Q(owner=ContactPoint.Owner.HOLDER) & ~Q(kind=ContactPoint.Kind.PHONE)
    found = ContactPoint.objects.filter(account=account).filter(
        by_contract | Q(pk__in=arranged[0]) | Q(pk__in=arranged[1])
    )
    return list(found.values_list("value", flat=True))


def offers(link: AccountLink, *, channels: Collection[Channel]) -> list[Offer]:
    """Every kind that the link lets its person choose on some of ``channels``. Two queries."""
    chosen = set(OwnChoice.objects.filter(link=link, wanted=True).values_list("kind", "channel"))
    policies = KindPolicy.objects.in_bulk(CHOSEN)
    found = [_offer(link, policies[kind], channels, chosen) for kind in CHOSEN]
    return [offer for offer in found if offer.offered]


def may_be_told(rights: Collection[Right], *, kind: str, channel: str) -> bool:
    """Whether a link that opens ``rights`` lets this kind be told on this channel."""
    if Right.NOTICES not in rights:
        return False
    if kind == Kind.UNUSUAL_USE and Right.DAYS not in rights:
        return False
    if kind not in ABOUT_MONEY or Right.BILLS in rights:
        return True
    return (kind, channel) == AS_TOTALS and Right.TOTALS in rights


def version(link: AccountLink) -> str:
    """A stamp of what is saved now; another one means that it was changed since."""
    newest = OwnChoice.objects.filter(link=link).order_by("-set_at").first()
    return newest.set_at.isoformat() if newest else ""


class ChangedMeanwhile(Exception):
    """The answers were changed since the page was shown, in another tab or by a mail's button."""


@transaction.atomic
@signed
def save(
    *,
    link: AccountLink,
    wanted: Mapping[Kind, Collection[Channel]],
    seen_version: str,
    by: User,
    at: datetime,
) -> int:
    """Save what is wanted of what is offered; returns how many answers changed.

    :param seen_version: what :func:`version` said when the person was asked
    :raises ChangedMeanwhile: it says something else now
    """
    AccountLink.objects.select_for_update().get(pk=link.pk)
    if version(link) != seen_version:
        raise ChangedMeanwhile
    usable = [one.channel for one in addresses(link, on=timezone.localdate(at))]
    changed = [
        _answer(link, offer.kind, channel, channel in wanted.get(offer.kind, ()), by=by, at=at)
        for offer in offers(link, channels=usable)
        for channel in offer.offered
        if (channel in wanted.get(offer.kind, ())) != (channel in offer.wanted)
    ]
    _write(changed)
    return len(changed)


@transaction.atomic
def withdraw(*, link: AccountLink, kind: Kind, channel: Channel, at: datetime) -> bool:
    """Write down that this is not wanted any more; whether that is news. Nobody signed in."""
    AccountLink.objects.select_for_update().get(pk=link.pk)
    if not OwnChoice.objects.filter(link=link, kind=kind, channel=channel, wanted=True).exists():
        return False
    _write([_answer(link, kind, channel, False, by=None, at=at)])
    return True


@transaction.atomic
def give_up(*, address: str, channel: str, at: datetime) -> None:
    """Use ``address`` no more: its provider does not know it, or its owner complained.

    Its owner finds nothing chosen any more, and may choose it anew.
    """
    place = {"link__user__email" if channel == Channel.EMAIL else "link__user__phone": address}
    over = OwnChoice.objects.filter(channel=channel, wanted=True, **place).order_by("pk")
    _write(
        [
            _answer(one.link, Kind(one.kind), Channel(channel), False, by=None, at=at)
            for one in over.select_related("link").select_for_update(of=("self",))
        ]
    )


def _answer(
    link: AccountLink, kind: Kind, channel: Channel, wanted: bool, *, by: User | None, at: datetime
) -> OwnChoice:
    return OwnChoice(link=link, kind=kind, channel=channel, wanted=wanted, set_by=by, set_at=at)


def _write(answers: Sequence[OwnChoice]) -> None:
    OwnChoice.objects.bulk_create(
        answers,
        update_conflicts=True,
        unique_fields=["link", "kind", "channel"],
        update_fields=["wanted", "set_by", "set_at"],
    )


def _offer(
    link: AccountLink,
    policy: KindPolicy,
    channels: Collection[Channel],
    chosen: Collection[tuple[str, str]],
) -> Offer:
    kind = Kind(policy.kind)
    # What needs a consent is told to who gave it: the holder.
    offered = (
        ()
        if policy.consent or policy.everywhere
        else tuple(
            channel
            for channel in OWN_CHANNELS
            if channel in channels
            and channel in policy.channels
            and may_be_told(link.opens, kind=kind, channel=channel)
        )
    )
    return Offer(
        kind,
        offered,
        frozenset(channel for channel in offered if (kind, channel) in chosen),
        is_totals=kind in ABOUT_MONEY and Right.BILLS not in link.opens,
    )
