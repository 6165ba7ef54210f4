"""Notices to come in words, for the desk; formatted once, addresses masked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from customers.models import AccountEvent
from notifications.models import Channel, Dispatch, Kind
from notifications.services.foreseeing import Foreseen
from notifications.words import masked_address
from portal.lib.periods import month_name
from portal.lib.said import day

Status = Dispatch.Status


@dataclass(frozen=True)
class Way:
    """One channel of a notice to come: where, and in which turn or why not."""

    text: str
    tone: str
    state: str
    why: str


@dataclass(frozen=True)
class Coming:
    """One notice to come."""

    when: str
    what: str
    why: str
    ways: list[Way]
    is_told: bool


def coming(found: Iterable[Foreseen]) -> list[Coming]:
    """The notices in words, in their order."""
    return [
        Coming(
            when=day(one.on),
            what=str(one.kind.label),
            why=_why(one),
            ways=_ways(one),
            is_told=one.is_told,
        )
        for one in found
    ]


def said(found: Sequence[Coming]) -> list[str]:
    """The same as an agent says it to the caller: what comes, when and by what."""
    sentence = _("“On about %(day)s you get: %(what)s, by %(channels)s.”")
    nobody = _("“On about %(day)s there is: %(what)s; nothing we know reaches you, so we call.”")
    return [
        (sentence if one.is_told else nobody)
        % {
            "day": one.when,
            "what": one.what[:1].lower() + one.what[1:],
            "channels": _first_ways(one),
        }
        for one in found
    ]


def _first_ways(one: Coming) -> str:
    first = [way.text for way in one.ways if way.tone == "info"]
    return ", ".join(first or [way.text for way in one.ways if way.tone == "wait"])


def _why(one: Foreseen) -> str:
    if one.kind == Kind.SECURITY:
        return _security(one.event)
    if one.kind == Kind.READING_SCHEDULE:
        read_on = day(one.reading_change.read_on) if one.reading_change else ""
        return _("because the meter is read on another day, first on %(day)s") % {"day": read_on}
    if one.bill is None:
        return ""
    names = {
        "month": month_name(one.bill.month),
        "read": day(one.bill.last_on),
        "due": day(one.bill.due_on),
    }
    sentences = {
        Kind.BILL_ISSUED: _("bill of %(month)s, read on %(read)s, to be paid by %(due)s"),
        Kind.PAYMENT_REMINDER: _("bill of %(month)s, if it is not paid by then; due %(due)s"),
        Kind.PAYMENT_OVERDUE: _("bill of %(month)s, if it is still not paid; was due %(due)s"),
    }
    return sentences[one.kind] % names


def _security(event: AccountEvent | None) -> str:
    if event is not None and event.kind == AccountEvent.Kind.ARRANGED:
        return _("because an arrangement is made: every contact of the holder is told at once")
    return _("because something changed about who sees the address or where it is told")


def _ways(one: Foreseen) -> list[Way]:
    return [_way(way, is_read=one.is_read) for way in one.ways]


def _way(way: Dispatch, *, is_read: bool) -> Way:
    whose = "" if way.recipient == Dispatch.Recipient.HOLDER else way.get_recipient_display()
    text = " ".join(filter(None, (way.get_channel_display(), masked_address(way), whose)))
    if way.channel == Channel.INBOX:
        if is_read:
            return Way(text, "info", _("at once"), "")
        return Way(text, "off", _("nobody signs in here"), "")
    why = way.get_reason_display() if way.reason else ""
    if way.status == Status.QUEUED:
        return Way(text, "info", _("at once"), why)
    if way.status == Status.HELD:
        return Way(text, "wait", _("if the one before is not confirmed"), why)
    return Way(text, "off", _("not there"), why)
