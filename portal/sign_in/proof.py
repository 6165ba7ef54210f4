"""What a session may do that was opened by nothing but an SMS: not add what outlasts the number.

Whoever takes over a phone number gets its codes. They must not turn an hour with the number into
a password, a passkey or an authenticator app of their own.
"""

from datetime import datetime, timedelta

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

SIGNING_UP = timedelta(hours=1)
"""A login so young has nothing yet that a thief of its number could want."""


def is_more_than_sms(request: HttpRequest, *, at: datetime) -> bool:
    """Whether this session showed a password, a second factor or an e-mail address of its login."""
    user = request.user
    if not user.is_authenticated:
        return False
    records = get_authentication_records(request, user)
    if any(record["method"] != "code" or record.get("email") for record in records):
        return True
    return at - user.date_joined <= SIGNING_UP or user.phone is None
