"""What is held about me, and who of the staff looked at it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from customers.models import Look, StaffRole
from customers.words import screen
from portal.site.me.people import person
from portal.site.privacy import register
from portal.site.privacy.person import Person, person_of
from portal.site.privacy.tables import Table

PER_PAGE = 25
LOOKS = next(table for table in register.REGISTER if table.model == "customers.Look")


@dataclass(frozen=True, slots=True)
class Kept:
    """One table of the register, and how many rows of it are about this person."""

    table: Table
    count: int


@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """Each table of the register that holds something about me: what, what for, how long."""
    mine = person_of(person(request), at=timezone.now())
    context = {
        "of_login": _kept(mine, register.OF_LOGIN),
        "of_contract": _kept(mine, register.OF_CONTRACT) if mine.links else [],
        "history": register.HISTORY_KEPT,
    }
    return render(request, "me/held.html", context)


def _kept(mine: Person, tables: tuple[Table, ...]) -> list[Kept]:
    found = [Kept(table, mine.rows(table).order_by().count()) for table in tables]
    return [one for one in found if one.count]


@dataclass(frozen=True, slots=True)
class Seen:
    """One look, told without the name of who looked."""

    at: datetime
    number: str
    role: Any
    what: Any
    why: str


@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    """When our staff looked at my contracts, in which role, at what, and why."""
    mine = person_of(person(request), at=timezone.now())
    rows = mine.rows(LOOKS).order_by("-at", "-pk").select_related("account")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    roles = _roles({look.user_id for look in page})
    seen = [_seen(look, roles) for look in page]
    return render(request, "me/looks.html", {"page": page, "looks": seen})


def _seen(look: Look, roles: dict[int, str]) -> Seen:
    role = roles.get(look.user_id, _("Our staff"))
    return Seen(
        look.at,
        look.account.number if look.account else "",
        role,
        screen(look),
        look.get_reason_display(),
    )


def _roles(users: set[int]) -> dict[int, str]:
    """The role of each member of staff, by their key; the first of several. One query."""
    words: dict[Any, Any] = dict(StaffRole.choices)
    found = Group.objects.filter(user__in=users).order_by("-pk").values_list("user", "name")
    return {user: str(words.get(name, name)) for user, name in found}
