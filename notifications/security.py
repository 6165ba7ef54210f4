"""Which changes of access people are told about, and in which words; no link, no whole contact."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import AccountEvent, ContactPoint, User
from portal.lib.said import moment

Kind = AccountEvent.Kind

OLD_CONTACT_TOLD = timedelta(hours=72)
"""So long a contact that was replaced still hears of changes: it may be the rightful one."""
_Suspended = ContactPoint.Suspended
REPLACED = [_Suspended.REPLACED, _Suspended.ENDED, _Suspended.CHANGED]
"""Why a contact was taken out that gets this grace: another came, or a list says it ended."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How one kind of change is told: in a sentence, and in at most 30 characters."""

    sentence: Any
    short: Any
    to_holder_only: bool = False
    """In the inbox only the contract holder reads it; outside of it all do who are the holder."""


TOLD: dict[str, Telling] = {
    Kind.LINK_ASKED: Telling(
        gettext_lazy("{who} asked to see this address."),
        gettext_lazy("Someone asks to see the place"),
        to_holder_only=True,
    ),
    Kind.LINKED: Telling(
        gettext_lazy("{whose} was linked to this address and sees it from now on."),
        gettext_lazy("One more login sees the place"),
    ),
    Kind.LINK_FROZEN: Telling(
        gettext_lazy("{whose} was stopped after a warning and sees nothing here any more."),
        gettext_lazy("A login was stopped"),
    ),
    Kind.LINK_RESTORED: Telling(
        gettext_lazy("{whose}, which had been stopped, sees this address again."),
        gettext_lazy("A stopped login is back"),
    ),
    Kind.LINK_ENDED: Telling(
        gettext_lazy("{whose} does not see this address any more."),
        gettext_lazy("A login was taken off"),
    ),
    Kind.RIGHTS_CHANGED: Telling(
        gettext_lazy("{who} changed what is shown to others. It concerns: {whose}."),
        gettext_lazy("What someone sees was changed"),
    ),
    Kind.INVITED: Telling(
        gettext_lazy("{who} invited {detail} to see this address."),
        gettext_lazy("Someone was invited"),
    ),
    Kind.MOVED_OUT: Telling(
        gettext_lazy("{who} recorded a move-out: {detail}."),
        gettext_lazy("A move-out was recorded"),
    ),
    Kind.CONTACT_CHANGED: Telling(
        gettext_lazy("{who} changed a phone number or e-mail address: {detail}."),
        gettext_lazy("A phone or e-mail changed"),
    ),
    Kind.CONTACT_DISOWNED: Telling(
        gettext_lazy(
            "{who} said that this is not the customer's: {detail}. This is the last message there. "
            "If that is wrong, call us."
        ),
        gettext_lazy("A phone or e-mail was stopped"),
    ),
    Kind.CHANNEL_CHANGED: Telling(
        gettext_lazy("{who} changed where notices of this address go."),
        gettext_lazy("Where notices go changed"),
    ),
    Kind.DEVICE_ADDED: Telling(
        gettext_lazy("{whose} added a device that is told about this address: {detail}."),
        gettext_lazy("One more device is told"),
    ),
    Kind.ARRANGED: Telling(
        gettext_lazy("{who} recorded an arrangement for this address: {detail}."),
        gettext_lazy("An arrangement was made"),
    ),
    Kind.ARRANGEMENT_RENEWED: Telling(
        gettext_lazy("{who} recorded that an arrangement for this address goes on: {detail}."),
        gettext_lazy("An arrangement goes on"),
    ),
    Kind.ARRANGEMENT_EXPIRED: Telling(
        gettext_lazy("An arrangement was not confirmed in time: {detail}. We will ring you."),
        gettext_lazy("We will ring you about it"),
    ),
    Kind.ARRANGEMENT_ENDED: Telling(
        gettext_lazy("An arrangement for this address ended: {detail}."),
        gettext_lazy("An arrangement has ended"),
    ),
    Kind.EXPORTED: Telling(
        gettext_lazy("{who} downloaded the data of this address."),
        gettext_lazy("The data was downloaded"),
        to_holder_only=True,
    ),
}
"""An invitation that was declined is nobody's danger; every other change is told."""

HOLDER_ONLY = frozenset(kind for kind, telling in TOLD.items() if telling.to_holder_only)


def words(event: AccountEvent) -> dict[str, str]:
    """What happened, when and by whom, in the language in force; logins are masked."""
    telling = TOLD[event.kind]
    names = {
        "who": login(event.by),
        "whose": login(event.link.user if event.link else event.by),
        "detail": event.about or _("not described"),
    }
    return {
        "what": str(telling.sentence).format(**names),
        "short": _short(event, telling),
        "when": moment(event.at),
    }


def _short(event: AccountEvent, telling: Telling) -> str:
    """For channels of few letters; what a bank may take, and from when, is said in all of them."""
    if event.debits_from is None:
        return str(telling.short)
    return _("Auto-debit from {day}").format(day=f"{event.debits_from:%d/%m/%Y}")


def login(user: User | None) -> str:
    """A login as its owner knows it again, and nobody else."""
    if user is None:
        return _("Somebody")
    if user.is_staff:
        return _("A member of our staff")
    return _("The login {known}").format(known=user.masked)
