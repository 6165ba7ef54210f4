"""How tests about linking begin: an account that can be reached, a request, a code that came."""

from datetime import datetime
from typing import Any

from customers.models import Account, AccountLink, LinkRequest, User
from customers.services import linking
from customers.tests.factories import NOON, a_contact, a_user, an_account

Proof = AccountLink.Proof
NOBODYS = "PE99999999999"
NETWORK = "203.0.113.0/24"


def a_home(**fields: Any) -> Account:
    """An account whose contract names an e-mail address and a phone."""
    account = an_account(**fields)
    a_contact(account=account, kind="email", value=f"chu{account.pk}@example.vn")
    a_contact(account=account, kind="phone")
    return account


def ask(
    number: str | Account,
    *,
    user: User | None = None,
    proof: str = Proof.CONTACT,
    network: str = NETWORK,
    at: datetime = NOON,
) -> LinkRequest:
    """A request as the page makes it, before the background has looked at it."""
    number = number if isinstance(number, str) else number.number
    return linking.ask(user=user or a_user(), number=number, proof=proof, network=network, at=at)


def asked(*args: Any, at: datetime = NOON, **fields: Any) -> tuple[LinkRequest, str]:
    """A request that the background has looked at, and the code that went out ("" for none)."""
    request = ask(*args, at=at, **fields)
    sent = linking.prepare(request=request.pk, at=at)
    request.refresh_from_db()
    return request, sent.code if sent else ""


def answer(request: LinkRequest, typed: str, *, at: datetime = NOON) -> LinkRequest:
    """Type a code for one's own request."""
    return linking.answer(reference=request.reference, user=request.user, typed=typed, at=at)


def wrong(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code or '0') + 1) % 1_000_000:06d}"
