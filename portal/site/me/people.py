"""Whom these pages are for, and what of an address is theirs to decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _

from customers.models import AccountLink, Right, User
from customers.queries import Place
from customers.services import profile
from customers.visits import Visit, visit


def person(request: HttpRequest) -> User:
    """Who asks; nobody comes here without signing in."""
    return cast("User", request.user)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; nothing while it is only shown."""
    return request.POST if request.method == "POST" else None


def held_links(user: User, *, at: datetime) -> list[AccountLink]:
    """The links by which ``user`` holds contracts at ``at``, by number."""
    found = profile.holders_links(user=user, at=at).select_related("account")
    return list(found.order_by("account__number"))


@dataclass(frozen=True, slots=True)
class Held:
    """An address of which the visitor holds the contract."""

    at: Visit
    link: AccountLink

    @property
    def here(self) -> Place:
        return self.at.here


def holder_at(
    request: HttpRequest, number: str, *, at: datetime, right: Right = Right.TOTALS
) -> Held:
    """The visitor as holder of the contract with this number.

    :raises Http404: they are not, or their link does not open ``right``; it does not tell which
    """
    found = visit(request, number, right=right)
    link = profile.holders_link(found.here.account, user=person(request), at=at)
    if link is None:
        raise Http404(_("There is no such page."))
    return Held(found, link)
