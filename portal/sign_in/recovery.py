"""How far a phone number speaks for its login: numbers are taken over and given out anew."""

from datetime import datetime, timedelta

from django.conf import settings

from customers.models import User

SIGNING_UP = timedelta(hours=1)
"""A number proved so soon after the login was made is the one it was made with."""


def is_settled(user: User, *, at: datetime) -> bool:
    """Whether the number has belonged to the login for long enough, or from its beginning."""
    since = user.phone_verified_at
    if since is None:
        return False
    return since <= at - settings.PHONE_SETTLES_AFTER or since - user.date_joined <= SIGNING_UP
