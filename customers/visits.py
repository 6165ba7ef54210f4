"""How the views of every app come to the address that a customer page is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.models import Right
from customers.queries import Place, places

OLDEST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Switch:
    """The way to another address of the same person."""

    name: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Visit:
    """The address a page is about, and the person's other ones."""

    here: Place
    others: Sequence[Place]

    def switches(self, page: str, right: Right) -> list[Switch]:
        """The same page at the other addresses; their first page where the role opens less."""
        return [
            Switch(
                place.name,
                place.detail,
                reverse(page if place.may(right) else "address", args=[place.number]),
            )
            for place in self.others
        ]

    def context(self, page: str, right: Right) -> dict[str, object]:
        """What the frame of the pages of an address shows."""
        return {"here": self.here, "others": self.switches(page, right)}


def visit(request: HttpRequest, number: str, *, right: Right) -> Visit:
    """The visitor at the account with this number.

    :raises Http404: there is none, it is not theirs, or their role does not open this page; the
        answer does not tell which
    """
    known = places(request.user)
    here = next((place for place in known if place.number == number), None)
    if here is None or not here.may(right):
        raise Http404(_("There is no such page."))
    return Visit(here, [place for place in known if place is not here])


def visit_to_warn(request: HttpRequest, number: str) -> Visit:
    """The visitor at an account whose running use they may be told of.

    :raises Http404: as :func:`visit` does
    """
    found = visit(request, number, right=Right.DAYS)
    if not found.here.may_be_warned:
        raise Http404(_("There is no such page."))
    return found


def seen_on(request: HttpRequest, *, today: date) -> date | None:
    """The day as at whose end a page is asked for; none for what is known now.

    :raises Http404: it is no day, or has not come
    """
    text = request.GET.get("seen", "")
    if not text:
        return None
    try:
        seen = date.fromisoformat(text)
    except ValueError as error:
        raise Http404(_("There is no such page.")) from error
    if not OLDEST_DAY <= seen <= today:
        raise Http404(_("There is no such page."))
    return seen
