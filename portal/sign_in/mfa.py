"""Second factors: who has one, and who must."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from customers.models import LostFactor, User
from customers.services import lost_factors

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes replace a factor that was lost; they are none themselves."""


HANDED = "handed_code_of"
"""Where a session keeps for which recovery its owner typed the code."""


def has_second_factor(user: User) -> bool:
    """Whether this login can be asked for more than a password or a code."""
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()


def lacks_second_factor(user: User | AnonymousUser) -> bool:
    """Whether this is a member of staff who has to set one up before the desk opens."""
    return user.is_authenticated and user.is_staff and not has_second_factor(user)


def came_by_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened with a second factor; known without asking the database."""
    return shows_second_factor(request.session, request.user)


def shows_second_factor(session: SessionBase, user: User | AnonymousUser) -> bool:
    """The same of a session that a program names by its token."""
    request = HttpRequest()
    request.session = session
    records = get_authentication_records(request, user)
    return any(record["method"] == "mfa" for record in records)


def lacks_handed_code(request: HttpRequest) -> bool:
    """Whether a new second step waits for the code that a supervisor hands over."""
    user = request.user
    lost = lost_factors.awaits_code(user=user) if isinstance(user, User) else None
    return lost is not None and request.session.get(HANDED) != lost.pk


def keep_handed_code(request: HttpRequest, lost: LostFactor) -> None:
    """Remember that this session was handed the code; no other session of the login was."""
    request.session[HANDED] = lost.pk
