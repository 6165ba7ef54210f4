"""Everything the desk shows of one account, read in a constant number of queries."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Bill, Payment
from billing.words import bill_state
from customers.models import (
    Account,
    AccountEvent,
    AccountLink,
    Arrangement,
    Case,
    ContactPoint,
    Meter,
    Need,
)
from customers.reading_days import LAST_DAY
from customers.services import contact_checks
from notifications.models import Channel, Dispatch, Notice
from notifications.services import reach, tellings
from notifications.services.preferences import working_channels
from notifications.words import state, tone
from portal.lib import phones
from portal.lib.money import dong
from portal.lib.periods import local_day, month_name
from portal.lib.quantities import WH_PER_KWH, kwh
from portal.lib.said import day, moment

from .timeline import Timeline, timeline

MOST_BILLS = 6
MOST_PAYMENTS = 6
MOST_NOTICES = 10
MOST_ARRANGEMENTS = 20
MOST_EVENTS = 10
NOT_KNOWN = {
    Channel.SMS: gettext_lazy("only by agreement"),
    Channel.INBOX: gettext_lazy("nobody signs in here"),
}
CHANNELS = tuple(Channel)


@dataclass(frozen=True)
class Contact:
    """A contact as the agent sees it: masked until revealed."""

    pk: int
    kind: str
    value: str
    is_revealed: bool
    owner: str
    state: str
    tone: str


@dataclass(frozen=True)
class Reach:
    """Whether a channel works for this account, and what proves it."""

    channel: str
    tone: str
    state: str
    proof: str


@dataclass(frozen=True)
class BillRow:
    """One bill in the desk's table, in words."""

    month: str
    usage: str
    total: str
    due: str
    tone: str
    state: str


@dataclass(frozen=True)
class Offer:
    """An arrangement that could be recorded now."""

    kind: str
    label: str


@dataclass(frozen=True)
class AccountFile:
    """What desk/account.html needs; no query runs while it renders."""

    account: Account
    facts: list[tuple[str, str]]
    contacts: list[Contact]
    links: list[AccountLink]
    reach: list[Reach]
    arrangements: list[Arrangement]
    offers: list[Offer]
    bills: list[BillRow]
    timeline: Timeline
    to_tell: int
    """Notices that nothing told them: somebody reads these aloud."""


def read(
    account: Account,
    *,
    at: datetime,
    revealed: int | None = None,
    cases: Sequence[Case] = (),
    needs: Sequence[Need] = (),
) -> AccountFile:
    """The file of ``account``, which comes with its company; ``revealed`` is a contact's key.

    :param cases: those that whoever reads may open, with ``closed_by``
    :param needs: those that whoever reads may see, with their people
    """
    contacts = list(account.contacts.order_by("owner", "kind", "pk"))
    links = list(AccountLink.objects.filter(account=account).in_force().select_related("user"))
    arrangements = _arrangements(account)
    bills = list(Bill.objects.filter(account=account).newest_first()[:MOST_BILLS])
    payments = Payment.objects.filter(account=account).newest_first()[:MOST_PAYMENTS]
    since = contact_checks.proven_since(at=at)
    return AccountFile(
        account=account,
        facts=_facts(account, local_day(at)),
        contacts=[_contact(one, revealed, since=since) for one in contacts],
        links=links,
        reach=_reach(account, at=at, stale=_stale(contacts, since=since)),
        arrangements=arrangements,
        offers=_offers(account, arrangements),
        bills=[_bill(bill, local_day(at)) for bill in bills],
        to_tell=tellings.to_tell(account, at=at).count(),
        timeline=timeline(
            notices=_notices(account),
            payments=list(payments),
            arrangements=arrangements,
            bills=bills,
            cases=cases,
            needs=needs,
            events=_events(account),
            at=at,
        ),
    )


def _arrangements(account: Account) -> list[Arrangement]:
    rows = Arrangement.objects.filter(account=account).with_terms()
    return list(rows.newest_first()[:MOST_ARRANGEMENTS])


def _notices(account: Account) -> list[Notice]:
    rows = Notice.objects.filter(account=account).select_related("bill", "telling__by")
    return list(rows.prefetch_related("dispatches").newest_first()[:MOST_NOTICES])


def _events(account: Account) -> list[AccountEvent]:
    """Changes of who sees it and where it is told; arrangements tell their own steps."""
    Kind = AccountEvent.Kind
    told = (
        Kind.ARRANGED,
        Kind.ARRANGEMENT_RENEWED,
        Kind.ARRANGEMENT_EXPIRED,
        Kind.ARRANGEMENT_ENDED,
    )
    rows = AccountEvent.objects.filter(account=account).exclude(kind__in=told)
    return list(rows.newest_first()[:MOST_EVENTS])


def _facts(account: Account, today: date) -> list[tuple[str, str]]:
    age = account.age_on(today)
    serials = Meter.objects.filter(account=account).in_place().order_by("pk")
    return [
        (_("Address"), account.premise),
        (_("Company"), account.unit.name),
        (_("Age"), _("no data yet") if age is None else _("%(age)d years") % {"age": age}),
        (_("Used for"), account.get_group_display()),
        (_("Meter"), ", ".join(meter.serial for meter in serials) or _("no data yet")),
        (_("Read on"), _reading_day(account)),
    ]


def _reading_day(account: Account) -> str:
    if account.reading_day == LAST_DAY:
        return _("last day of the month")
    return _("day %(day)d of the month") % {"day": account.reading_day}


def _contact(contact: ContactPoint, revealed: int | None, *, since: datetime) -> Contact:
    shown = contact.pk == revealed
    tone, state = _contact_state(contact, since=since)
    return Contact(
        pk=contact.pk,
        kind=contact.get_kind_display(),
        value=_plain(contact) if shown else contact.masked,
        is_revealed=shown,
        owner=contact.get_owner_display(),
        state=state,
        tone=tone,
    )


def _plain(contact: ContactPoint) -> str:
    return phones.display(contact.value) if contact.value.startswith("+84") else contact.value


def _contact_state(contact: ContactPoint, *, since: datetime) -> tuple[str, str]:
    if contact.suspended_at:
        why = dict(ContactPoint.Suspended.choices).get(contact.suspended_why, "")
        return "warning", _("suspended: %(why)s") % {"why": why or contact.suspended_why}
    if contact.proven_at is None:
        return "info", _("not proven yet")
    proven = {"day": day(contact.proven_at)}
    if contact.is_stale(since=since):
        return "warning", _("not confirmed lately, last on %(day)s") % proven
    return "success", _("proven on %(day)s") % proven


# Through which contact a channel goes.
_GOES_BY = {Channel.ZALO: "zalo", Channel.EMAIL: "email", Channel.SMS: "phone"}


def _stale(contacts: Sequence[ContactPoint], *, since: datetime) -> set[str]:
    """The channels all of whose proven contacts of the holder were not confirmed lately."""
    ours = [one for one in contacts if one.owner == "holder" and one.suspended_at is None]
    old = {one.value for one in ours if one.is_stale(since=since)}
    by_kind = {kind: {one.value for one in ours if one.kind == kind} for kind in _GOES_BY.values()}
    return {channel for channel, kind in _GOES_BY.items() if by_kind[kind] and by_kind[kind] <= old}


def _reach(account: Account, *, at: datetime, stale: Container[str]) -> list[Reach]:
    """Channel by channel, what we have, whether it is proven, how the last message there ended."""
    last = {dispatch.channel: dispatch for dispatch in _last_outcomes(account)}
    stands = set(working_channels(account, on=local_day(at)))
    proven = reach.proven(account, at=at)
    return [
        _channel(
            channel,
            channel in stands or channel in proven,
            last.get(channel),
            is_stale=channel in stale,
            is_proven=proven.get(channel, False),
        )
        for channel in CHANNELS
    ]


def _last_outcomes(account: Account) -> list[Dispatch]:
    """The newest dispatch of each channel whose end is known; of the inbox any."""
    Status = Dispatch.Status
    has_ended = Q(status__in=(Status.DELIVERED, Status.SEEN, Status.FAILED))
    found = Dispatch.objects.filter(has_ended | Q(channel=Channel.INBOX), notice__account=account)
    found = found.filter(recipient__in=Dispatch.PROOF)
    return list(found.order_by("channel", "-pk").distinct("channel"))


def _channel(
    channel: Channel, known: bool, last: Dispatch | None, *, is_stale: bool, is_proven: bool
) -> Reach:
    if not known:
        return Reach(str(channel.label), "off", str(NOT_KNOWN.get(channel, _("nothing known"))), "")
    if is_stale:
        return Reach(str(channel.label), "warning", _("not confirmed lately"), "")
    if last is None:
        return Reach(str(channel.label), "info", _("not tried yet"), "")
    at = last.seen_at or last.delivered_at or last.due_at
    proof = moment(at)
    if is_proven:
        proof = _("%(when)s, proven") % {"when": proof}
    return Reach(str(channel.label), tone(last), state(last), proof)


def _offers(account: Account, arrangements: list[Arrangement]) -> list[Offer]:
    """The kinds that are not open, in the order in which they are to be offered.

    Whose meter is read at the end of the month already needs no arrangement for it.
    """
    open_kinds = {one.kind for one in arrangements if one.state in Arrangement.OPEN}
    if account.reading_day == LAST_DAY:
        open_kinds.add(Arrangement.Kind.MONTH_END_READING)
    kinds: list[Any] = [kind for kind in Arrangement.Kind if kind not in open_kinds]
    return [Offer(kind=kind.value, label=kind.label) for kind in kinds]


def _bill(bill: Bill, today: date) -> BillRow:
    state = bill_state(bill, today=today)
    return BillRow(
        month=month_name(bill.month),
        usage=kwh(bill.usage_kwh * WH_PER_KWH),
        total=dong(bill.total),
        due=day(bill.due_on),
        tone=state.tone,
        state=state.text,
    )
