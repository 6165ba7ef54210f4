"""What shows that two logins of staff are one person, who then could approve their own request.

An app or a passkey of one login is refused for another. What cannot be seen stays with whoever
makes logins: two entries in one app, or two keys of one device, look like two people's.
"""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db.models import QuerySet
from fido2.webauthn import AttestedCredentialData

from customers.models import User
from portal.lib.sealed import unseal

_IGNORES_DOTS = {"gmail.com", "googlemail.com"}


def mailbox(email: str) -> str:
    """Where mail to this address ends up: without what follows a plus, in small letters."""
    local, _, domain = email.lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _IGNORES_DOTS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def has_mailbox(email: str, *, but: User | None = None) -> bool:
    """Whether another login of staff reads mail at this address, however it is written."""
    wanted = mailbox(email)
    others = _staff(but).exclude(email=None).values_list("email", flat=True)
    return any(mailbox(other or "") == wanted for other in others.iterator())


def has_app(secret: str, *, but: User) -> bool:
    """Whether an authenticator app of another login of staff has this secret."""
    return any(secret == other for other in _secrets(_of_others(but)))


def has_passkey(key: AttestedCredentialData, *, but: User) -> bool:
    """Whether another login of staff signs in by this passkey."""
    return any(_is_same(key, other) for other in _passkeys(_of_others(but)))


def shares_factor(user: User) -> bool:
    """Whether an app or a passkey of ``user`` is that of another login of staff."""
    own = Authenticator.objects.filter(user=user)
    return any(has_app(secret, but=user) for secret in _secrets(own)) or any(
        has_passkey(key, but=user) for key in _passkeys(own)
    )


def _staff(but: User | None) -> QuerySet[User]:
    """Also those who are closed: they can be opened again."""
    return User.objects.filter(is_staff=True).exclude(pk=but.pk if but else None)


def _of_others(user: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user__in=_staff(user))


def _secrets(factors: QuerySet[Authenticator]) -> Iterator[str]:
    for factor in factors.filter(type=Authenticator.Type.TOTP):
        try:
            yield unseal(factor.data.get("secret", ""))
        except InvalidToken:
            # Sealed by a key that is gone: nobody signs in by it either.
            continue


def _passkeys(factors: QuerySet[Authenticator]) -> Iterator[AttestedCredentialData]:
    for factor in factors.filter(type=Authenticator.Type.WEBAUTHN):
        if "credential" in factor.data and (
            key := factor.wrap().authenticator_data.credential_data
        ):
            yield key


def _is_same(one: AttestedCredentialData, other: AttestedCredentialData) -> bool:
    return one.credential_id == other.credential_id or one.public_key == other.public_key
