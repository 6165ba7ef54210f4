"""Arrangements, contacts and channels in words, formatted once; nothing secret."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import (
    Account,
    Arrangement,
    AutoDebit,
    ContactPoint,
    Look,
    MonthEndReading,
    RelativeContact,
    SmsRetention,
)
from portal.lib.said import day, hour, moment

State = Arrangement.State

TONES = {
    State.REQUESTED: "wait",
    State.IN_FORCE: "success",
    State.REFUSED: "off",
    State.UNDONE: "off",
    State.ENDED: "off",
    State.EXPIRED: "warning",
}

# What a look is recorded as, without the key that may follow.
SCREENS = {
    "account": gettext_lazy("the whole account"),
    "contact": gettext_lazy("a contact in full"),
    "linking": gettext_lazy("checking who links the address"),
    "arrange": gettext_lazy("recording an arrangement"),
    "need": gettext_lazy("what is done differently for you"),
    "workitem": gettext_lazy("a row of the work list"),
    "case": gettext_lazy("a request of the customer"),
    "arrangement": gettext_lazy("an arrangement"),
    "contactpoint": gettext_lazy("where a contact comes from"),
    "meter": gettext_lazy("a meter"),
    "registration": gettext_lazy("a registration with Zalo or the app"),
    "contactcheck": gettext_lazy("a question about a contact"),
    "accountlink": gettext_lazy("who sees the address"),
    "datarequest": gettext_lazy("a request about data"),
    "user": gettext_lazy("the login"),
    "bill": gettext_lazy("a bill"),
    "debit": gettext_lazy("a debit by the bank"),
    "servicefee": gettext_lazy("a service fee"),
    "supplystop": gettext_lazy("a planned stop of supply"),
    "payment": gettext_lazy("a payment"),
    "read": gettext_lazy("a daily read"),
    "supply": gettext_lazy("a stop of supply"),
    "notice": gettext_lazy("a notice"),
    "dispatch": gettext_lazy("a dispatch"),
}


def screen(look: Look) -> str:
    """What somebody of the staff had before them."""
    page = look.page.split(" ")[0]
    return str(SCREENS.get(page, page))


def channels(account: Account) -> list[str]:
    """The channels that can tell this account; needs the three lists prefetched by the desk."""
    holder = ContactPoint.Owner.HOLDER
    usable = account.usable_contacts  # type: ignore[attr-defined]
    kinds = {contact.kind for contact in usable if contact.owner == holder}
    arranged = {one.kind for one in account.arrangements_in_force}  # type: ignore[attr-defined]
    has_inbox = account.has_app or account.links_in_force  # type: ignore[attr-defined]
    words = [
        (has_inbox, _("App and website")),
        (ContactPoint.Kind.ZALO in kinds, _("Zalo")),
        (ContactPoint.Kind.EMAIL in kinds, _("E-mail")),
        (Arrangement.Kind.RELATIVE_CONTACT in arranged, _("Relative")),
        (Arrangement.Kind.SMS_RETENTION in arranged, _("SMS by agreement")),
    ]
    return [word for works, word in words if works]


def facts(arrangement: Arrangement) -> list[tuple[str, str]]:
    """What was agreed, since when, on whose word, and what became of it, as label and value."""
    said = f"{arrangement.get_said_by_display()} · {arrangement.get_said_via_display()}"
    return _filled(
        [
            *particulars(arrangement),
            (_("From"), day(arrangement.starts_on)),
            (_("Debits from"), arrangement.first_debit_on and day(arrangement.first_debit_on)),
            (_("Until"), arrangement.ends_on and _before(arrangement.ends_on)),
            (_("Review by"), day(arrangement.review_on)),
            (_("Who said it"), f"{said} · {arrangement.reference}"),
            (_("Agreed on paper on"), arrangement.agreed_on and day(arrangement.agreed_on)),
            (_("Brought by the file"), arrangement.load and arrangement.load.name),
            (_("Agent's note"), arrangement.note),
            (_("Recorded by"), _by(arrangement.requested_by, arrangement.requested_at)),
            (_("Decided by"), _by(arrangement.decided_by, arrangement.decided_at)),
            (_("Reason"), arrangement.decided_why),
            (_("Closed by"), _by(arrangement.closer, arrangement.closed_at)),
            (_("Why it was closed"), arrangement.get_closed_why_display()),
        ]
    )


def particulars(arrangement: Arrangement) -> list[tuple[str, str]]:
    """What only this kind has; bank account and contacts show their end alone."""
    terms = arrangement.terms
    if isinstance(terms, AutoDebit):
        return [
            (_("Bank"), terms.bank),
            (_("Mandate at the bank"), _mandate(terms)),
            (_("Authorised by"), terms.get_authorised_by_display()),
            (_("Account holder"), terms.bank_holder),
            (_("Account number"), f"••••{terms.bank_account_end}"),
        ]
    if isinstance(terms, MonthEndReading):
        return [(_("Reading day so far"), str(terms.old_day))]
    if isinstance(terms, RelativeContact):
        return [
            (_("Relative"), f"{terms.relative_name} ({terms.get_relation_display()})"),
            (terms.contact.get_kind_display(), terms.contact.masked),
            (_("What they may do"), terms.get_power_display()),
            (_("Their own yes"), _agreed(terms)),
        ]
    if isinstance(terms, SmsRetention):
        return [
            (_("Number"), terms.contact.masked),
            (_("Why no auto-debit"), terms.why_no_auto_debit),
            (_("Why no month-end reading"), terms.why_no_month_end),
            (_("Why no relative"), terms.why_no_relative),
        ]
    return []


def _mandate(terms: AutoDebit) -> str:
    said = str(terms.get_mandate_display())
    return f"{said} · {day(terms.mandate_on)}" if terms.mandate_on else said


def _agreed(terms: RelativeContact) -> str:
    if terms.agreed_at is None:
        return _("code not named yet")
    return _("by code on %(when)s") % {"when": moment(terms.agreed_at)}


def summary(arrangement: Arrangement) -> str:
    """The particulars in one line; of auto-debit also from when the bank takes money."""
    said = [
        # A number alone says nothing.
        f"{label}: {value}" if value.isdigit() else value
        for label, value in particulars(arrangement)
    ]
    if arrangement.first_debit_on and arrangement.state == State.IN_FORCE:
        since = day(arrangement.first_debit_on)
        said.append(_("debits from %(day)s") % {"day": since})
    return " · ".join(said)


def colleagues(looks: Iterable[Look]) -> list[str]:
    """Who else has an account open, since when and for which call; needs ``user`` fetched."""
    return [_colleague(look) for look in looks]


def _colleague(look: Look) -> str:
    names = {"who": look.user, "when": hour(look.at), "reference": look.reference}
    if look.reason not in Look.REFERRED:
        return _("%(who)s opened this at %(when)s") % names
    if look.reason == Look.Reason.CALL:
        return _("%(who)s opened this at %(when)s (call %(reference)s)") % names
    return _("%(who)s opened this at %(when)s (%(reference)s)") % names


def _filled(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(label, str(value)) for label, value in pairs if value]


def _before(ends_on: date) -> str:
    return _("before %(day)s") % {"day": day(ends_on)}


def _by(person: Any, at: datetime | None) -> str:
    return f"{person or _('the clock')} · {moment(at)}" if at else ""
