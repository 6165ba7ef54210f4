"""Which addresses a person sees on the customer pages, what of them, and who else is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from customers.models import (
    Account,
    AccountEvent,
    AccountLink,
    Arrangement,
    ContactCheck,
    ContactPoint,
    Invitation,
    RelativeContact,
    Right,
    User,
)

CHANGES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Place:
    """An account as one person sees it: their own name for it, and what their role opens."""

    account: Account
    role: str
    nickname: str
    rights: frozenset[Right]
    is_holder: bool = False
    """Whether the contract is theirs now; who moved out holds it no more."""
    lives_there: bool = True
    """Whether they did not move out."""

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

    @property
    def may_be_warned(self) -> bool:
        """Whether they may be told of the use that runs: it tells the days, and needs an inbox."""
        return self.lives_there and {Right.DAYS, Right.NOTICES} <= self.rights


def places(user: User | AnonymousUser, *, on: date | None = None) -> list[Place]:
    """The addresses linked to ``user``, by number; of each the days they lived there.

    From the day of moving in; afterwards without a right to change anything. ``on`` is today
    unless told otherwise.

    A staff member's right to look at accounts opens the desk, which records each look; the
    customer's own pages open only to people who are linked.
    """
    if not isinstance(user, User) or not user.is_active:
        return []
    day = on or timezone.localdate()
    # Staff keep to their company here, too; to others their own links are all they may see.
    links = AccountLink.objects.visible_to(user) if user.is_staff else AccountLink.objects.all()
    links = (
        links.in_force()
        .filter(user=user.pk)
        .filter(Q(moved_in_on=None) | Q(moved_in_on__lte=day))
        .select_related("account")
        .order_by("account__number")
    )
    return [_place(link, on=day) for link in links]


def _place(link: AccountLink, *, on: date) -> Place:
    link.account.window = link.window
    lives_there = on in link.window
    return Place(
        link.account,
        link.role,
        link.nickname,
        link.opens_on(on),
        is_holder=lives_there and link.role == AccountLink.Role.HOLDER,
        lives_there=lives_there,
    )


def asked_about(mine: Sequence[Place]) -> list[ContactCheck]:
    """The questions about contacts that wait for who holds these contracts. One query."""
    held = [one.account for one in mine if one.is_holder and one.may(Right.CHANGE)]
    asked = ContactCheck.objects.open().filter(account__in=held)
    return list(asked.select_related("account", "contact").oldest_first())


@dataclass(frozen=True, slots=True)
class People:
    """Who learns about one account beside the person who looks."""

    contacts: Sequence[ContactPoint]
    relatives: Sequence[RelativeContact]
    links: Sequence[AccountLink]


def people(account: Account, *, on: date) -> People:
    """The contacts of the contract, the relatives told too, and the logins that see it."""
    relatives = RelativeContact.objects.filter(account=account, state__in=Arrangement.OPEN).exclude(
        ends_on__lte=on
    )
    contacts = ContactPoint.objects.filter(account=account, owner=ContactPoint.Owner.HOLDER)
    links = AccountLink.objects.filter(account=account).in_force().select_related("user")
    # Who moved out sees only days that are not the visitor's.
    links = links.exclude(moved_out_on__lte=on)
    return People(
        contacts=list(contacts.usable().order_by("kind", "pk")),
        relatives=list(relatives.select_related("contact").order_by("pk")),
        links=list(links.order_by("role", "pk")),
    )


def verified_addresses(user: User) -> set[tuple[str, str]]:
    """What ``user`` signs in with and has proven to own: kinds of invitations, and addresses."""
    emails = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    found = {(Invitation.Kind.EMAIL.value, email.lower()) for email in emails}
    if user.phone and user.phone_verified_at:
        found.add((Invitation.Kind.PHONE.value, user.phone))
    return found


def invitations_for(user: User | AnonymousUser, *, at: datetime) -> list[Invitation]:
    """The invitations that ``user`` may answer at ``at``, the newest first. Two queries."""
    if not isinstance(user, User):
        return []
    mine = Q()
    for kind, address in verified_addresses(user):
        mine |= Q(kind=kind, address=address)
    if not mine:
        return []
    waiting = Invitation.objects.waiting(at=at).filter(mine)
    return list(waiting.select_related("account", "invited_by").order_by("-invited_at", "-pk"))


def offers(account: Account, *, at: datetime) -> list[Invitation]:
    """The invitations to ``account`` that wait, the newest first. One query."""
    waiting = Invitation.objects.filter(account=account).waiting(at=at)
    return list(waiting.order_by("-invited_at", "-pk"))


def changes(account: Account) -> list[AccountEvent]:
    """The newest changes of who sees ``account`` and where it is told. One query.

    On the day of a move both tenants act: what is by or about those who left stays theirs.
    """
    found = AccountEvent.objects.of([account])
    found = found.select_related("by", "link__user", "arrangement")
    if since := account.window.starts_on:
        left = AccountLink.objects.filter(account=account, moved_out_on__lte=since)
        about_them = Q(link__in=left) | Q(by__in=left.values("user"))
        found = found.exclude(Exists(AccountEvent.objects.filter(about_them, pk=OuterRef("pk"))))
    return list(found.newest_first()[:CHANGES_SHOWN])
