"""One person and the rows of the register that are theirs to see."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from customers.models import AccountLink, User
from customers.services import profile
from notifications.models import Notice
from portal.lib.periods import start_of
from portal.lib.sealed import keyed_hash

from .tables import Table


@dataclass(frozen=True, slots=True)
class Person:
    """A login, and the links by which it holds contracts."""

    user: User
    links: list[AccountLink]

    def rows(self, table: Table) -> QuerySet[Any]:
        """Their rows of one table, in a steady order: of the own login, and of held contracts.

        Who was invited to see an address gets nothing of its contract; who moved in gets nothing
        from before.
        """
        found = table.everybodys().filter(self._theirs(table))
        if table.model == "customers.ContactPoint":
            found = found.filter(suspended_at=None)  # an earlier tenant's may stand there
        if (way := _way_to_notice(table)) is not None:
            # What another person of the address asked to be told is that person's.
            own = Q(**{f"{way}passing__link__user": self.user.pk})
            found = found.filter(own | Q(**{f"{way}passing": None}))
            for link in self.links:
                link.account.window = link.window
            lived = Notice.objects.of([link.account for link in self.links])
            found = found.filter(**{f"{way}pk__in": lived.values("pk")})
        return found.order_by("pk")

    def _theirs(self, table: Table) -> Q:
        if table.of_user or table.of_account:
            of_login = Q(**{table.of_user: self.user.pk}) if table.of_user else Q(pk__in=[])
            links = self.links if table.of_account else []
            return reduce(or_, (self._of_link(table, link) for link in links), of_login)
        known = [value for value in (self.user.email, self.user.phone) if value]
        return Q(address_hash__in=[keyed_hash(value) for value in known])

    @staticmethod
    def _of_link(table: Table, link: AccountLink) -> Q:
        of_account = Q(**{table.of_account: link.account_id})
        if not table.since or link.moved_in_on is None:
            return of_account
        first: Any = link.moved_in_on
        if _is_instant(table):
            first = start_of(first)
        return of_account & Q(**{f"{table.since}__gte": first})


def _way_to_notice(table: Table) -> str | None:
    """The look-up from a table to the notice that its rows are about; None where there is none."""
    if table.model == "notifications.Notice":
        return ""
    way = table.of_account.removesuffix("account")
    return way if way.endswith("notice__") else None


def _is_instant(table: Table) -> bool:
    """Whether the column that bounds a table holds instants, not days."""
    model: Any = table.model_class()
    *way, last = table.since.split("__")
    for name in way:
        model = model._meta.get_field(name).related_model
    return isinstance(model._meta.get_field(last), models.DateTimeField)


def person_of(user: User, *, at: datetime) -> Person:
    """The person of a login, with the contracts they hold at ``at``."""
    links = profile.holders_links(user=user, at=at).select_related("account")
    return Person(user, list(links.order_by("account__number")))
