"""Who sees an address, who was invited and what changed, in the words of its pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import AccountEvent, AccountLink, Invitation, Right, User
from portal.lib.said import day, moment

Role = AccountLink.Role

WHOM: dict[str, Any] = {
    Role.RELATIVE: gettext_lazy(
        "Helps with the bills: sees bills and notices and may pay. The use of each day only if "
        "you allow it."
    ),
    Role.HOUSEHOLD: gettext_lazy(
        "Lives here: may see everything, also each day, and change where notices go."
    ),
    Role.VIEWER: gettext_lazy("Sees what each closed month used and cost, and nothing else."),
}
"""The roles that a holder can give, in the order in which they are offered."""

SEES: dict[Right, Any] = {
    Right.TOTALS: gettext_lazy("what each month used and cost"),
    Right.BILLS: gettext_lazy("bills and payments"),
    Right.NOTICES: gettext_lazy("notices"),
    Right.DAYS: gettext_lazy("the use of each day"),
    Right.CHANGE: gettext_lazy("changes where notices go"),
}


def opened(rights: frozenset[Right]) -> str:
    """What somebody may see, as one phrase."""
    return ", ".join(str(SEES[right]) for right in Right if right in rights)


def until(ends_at: datetime | None) -> str:
    return _("until %(day)s") % {"day": day(ends_at)} if ends_at else _("without an end")


@dataclass(frozen=True, slots=True)
class Person:
    """One login that sees the address."""

    link: AccountLink
    name: str
    contact: str
    role: str
    opens: str
    until: str
    is_me: bool
    can_change: bool

    @classmethod
    def of(cls, link: AccountLink, *, viewer: User, viewer_is_holder: bool) -> "Person":
        is_holder = link.role == Role.HOLDER
        return cls(
            link=link,
            name=str(link.user),
            contact=link.user.masked if link.user.name else "",
            role=str(link.get_role_display()),
            opens=opened(link.opens),
            until="" if is_holder else until(link.ends_at),
            is_me=link.user == viewer,
            can_change=viewer_is_holder and not is_holder and link.user != viewer,
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """One invitation that waits."""

    invitation: Invitation
    role: str
    opens: str
    until: str
    by_phone: bool

    @classmethod
    def of(cls, invitation: Invitation) -> "Offer":
        return cls(
            invitation=invitation,
            role=str(invitation.get_role_display()),
            opens=opened(invitation.offers),
            until=moment(invitation.expires_at),
            by_phone=invitation.kind == Invitation.Kind.PHONE,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log: when, what, by whom, about whom."""

    when: str
    what: str
    who: str
    about: str

    @classmethod
    def of(cls, event: AccountEvent, *, viewer: User) -> "Change":
        about = [_whose(event, viewer), event.about]
        return cls(
            when=moment(event.at),
            what=str(event.get_kind_display()),
            who=_who(event.by, viewer),
            about=" · ".join(part for part in about if part),
        )


def _who(user: User | None, viewer: User) -> str:
    """Whoever did it; staff by their office, not by name."""
    if user is None:
        return ""
    if user == viewer:
        return _("you")
    return _("our staff") if user.is_staff else str(user)


def _whose(event: AccountEvent, viewer: User) -> str:
    """Whose link it was about, where that is not who did it."""
    if event.link is None or event.link.user_id == event.by_id:
        return ""
    return _who(event.link.user, viewer)
