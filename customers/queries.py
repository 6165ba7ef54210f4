"""Which addresses a person sees on the customer pages, what of them, and who else is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser

from customers.models import (
    Account,
    AccountLink,
    Arrangement,
    AutoDebit,
    ContactPoint,
    RelativeContact,
    Right,
    User,
)


@dataclass(frozen=True, slots=True)
class Place:
    """An account as one person sees it: their own name for it, and what their role opens."""

    account: Account
    role: str
    nickname: str
    rights: frozenset[Right]

    @property
    def number(self) -> str:
        return self.account.number

    @property
    def name(self) -> str:
        """What the person calls it; the address until they named it."""
        return self.nickname or self.account.address

    @property
    def detail(self) -> str:
        """What tells two places of one name apart."""
        return f"{self.account.address} · {self.number}" if self.nickname else self.number

    def may(self, right: Right) -> bool:
        return right in self.rights


def places(user: User | AnonymousUser) -> list[Place]:
    """The addresses linked to ``user``, by number.

    A staff member's right to look at accounts opens the desk, which records each look; the
    customer's own pages open only to people who are linked.
    """
    links = (
        AccountLink.objects.visible_to(user)
        .in_force()
        .filter(user=user.pk)
        .select_related("account")
        .order_by("account__number")
    )
    return [Place(link.account, link.role, link.nickname, link.opens) for link in links]


def debited(accounts: Iterable[Account], *, on: date) -> set[int]:
    """The keys of the accounts whose bank pays the bills. One query."""
    mandates = AutoDebit.objects.in_force_on(on).filter(account__in=list(accounts))
    return set(mandates.values_list("account", flat=True))


@dataclass(frozen=True, slots=True)
class People:
    """Who learns about one account beside the person who looks."""

    contacts: Sequence[ContactPoint]
    relatives: Sequence[RelativeContact]
    links: Sequence[AccountLink]


def people(account: Account, *, on: date) -> People:
    """The contacts of the contract, the relatives told too, and the logins that see it."""
    relatives = RelativeContact.objects.filter(
        account=account, state__in=(Arrangement.State.REQUESTED, Arrangement.State.IN_FORCE)
    ).exclude(ends_on__lte=on)
    contacts = ContactPoint.objects.filter(account=account, owner=ContactPoint.Owner.HOLDER)
    links = AccountLink.objects.filter(account=account).in_force().select_related("user")
    return People(
        contacts=list(contacts.usable().order_by("kind", "pk")),
        relatives=list(relatives.select_related("contact").order_by("pk")),
        links=list(links.order_by("role", "pk")),
    )
