"""What a household needs, in words: what we do, what for, and how to reach them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Account, Need
from portal.lib.said import day

Kind = Need.Kind

PURPOSES: dict[str, Any] = {
    Kind.KEEP_SUPPLY: gettext_lazy(
        "So that nobody's supply is cut by a notice alone, and somebody says in person when it is "
        "to be off."
    ),
    Kind.NO_CALLS: gettext_lazy("So that word comes in writing, and not by a call in vain."),
    Kind.READ_ALOUD: gettext_lazy("So that word comes by voice, and not on paper in vain."),
    Kind.LARGE_PRINT: gettext_lazy("So that our pages and letters can be read."),
    Kind.CALL_FIRST: gettext_lazy("So that whoever is by themselves is told before others."),
    Kind.LANGUAGE: gettext_lazy("So that somebody calls who speaks it."),
}
"""What each is for, and for nothing else."""


def label(need: Need) -> str:
    """What we do; the language by its name."""
    if need.kind == Kind.LANGUAGE:
        return _("Calls, language: %(language)s") % {"language": need.get_language_display()}
    return str(need.get_kind_display())


def said(need: Need) -> str:
    """Since when, and on whose word."""
    names = {"day": day(need.starts_on), "who": need.get_said_by_display()}
    return _("Since %(day)s, said by: %(who)s") % names


def in_force(account: Account) -> list[Need]:
    """The account's needs, in the order in which they matter. One query."""
    return in_order(Need.objects.in_force().filter(account=account).oldest_first())


def in_order(needs: Iterable[Need]) -> list[Need]:
    """Those of these needs that hold, in the order in which they matter."""
    order = list(Kind.values)
    return sorted((one for one in needs if not one.ended_at), key=lambda one: order.index(one.kind))


def how_to_reach(account: Account) -> str:
    """How this household is told by a person; needs :func:`ways_to_reach` fetched."""
    needs: list[Need] = account.needs_now  # type: ignore[attr-defined]
    has_phone = bool(account.phones)  # type: ignore[attr-defined]
    kinds = {need.kind for need in needs}
    spoken = [need.get_language_display() for need in needs if need.kind == Kind.LANGUAGE]
    # What we write is Vietnamese, whatever they speak.
    is_spoken = Kind.NO_CALLS not in kinds or Kind.READ_ALOUD in kinds
    return " · ".join([_way(kinds, has_phone=has_phone), *(spoken if is_spoken else [])])


def _way(kinds: Iterable[str], *, has_phone: bool) -> str:
    reads_aloud = Kind.READ_ALOUD in kinds
    if reads_aloud and (Kind.NO_CALLS in kinds or not has_phone):
        return _("Visit: neither ring nor write")
    if Kind.NO_CALLS in kinds:
        return _("Write (SMS, Zalo, e-mail or a letter): do not ring")
    if not has_phone:
        return _("Write a letter or visit: no phone is known")
    if reads_aloud:
        return _("Ring and read aloud: send no letter")
    return _("Ring")
