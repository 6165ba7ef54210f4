"""How often linking may be tried: by one login, for one customer code, from one network.

Counted in rows that do not know whether the customer code exists, under locks that make people
who try at the same moment follow each other. A try that led to a link counts no more.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q

from customers.models import AccountLink, LinkFreeze, LinkRequest, User
from portal.lib.sealed import keyed_hash

HOUR, DAY, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
MOST_BY_LOGIN = 5  # a day
MOST_FOR_NUMBER = 5  # a day
MOST_FOR_NUMBER_IN_MONTH = 20
MOST_FROM_NETWORK = 30  # an hour
MOST_ADDRESSES = 20
MOST_SENT_IN_HOUR, MOST_SENT_IN_DAY = 3, 5  # codes to one customer's contacts, whoever asks
_BIGINT = 63


def take_turns(*names: str) -> None:
    """Hold these names until the commit; everyone takes them in the same order."""
    keys = sorted(int(keyed_hash(name)[:16], 16) >> (64 - _BIGINT) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(["pg_advisory_xact_lock(%s)"] * len(keys)),
            keys,
        )


def are_reached(*, user: User, number: str, network: str, proof: str, at: datetime) -> bool:
    """Whether one more try would be too many. Always the same two queries.

    What is asked of an agent does not count against the customer code: else a stranger could
    keep its holder out by trying.
    """
    tries = LinkRequest.objects.filter(created_at__gt=at - MONTH)
    tries = tries.filter(Q(user=user) | Q(number=number) | Q(network=network))
    in_day, in_hour = Q(created_at__gt=at - DAY), Q(created_at__gt=at - HOUR)
    of_number = Q(number=number) & ~Q(proof=AccountLink.Proof.AGENT)
    found = tries.exclude(state=LinkRequest.State.LINKED).aggregate(
        by_login=Count("pk", filter=in_day & Q(user=user)),
        for_number=Count("pk", filter=in_day & of_number),
        in_month=Count("pk", filter=of_number),
        from_network=Count("pk", filter=in_hour & Q(network=network)),
    )
    is_for_agent = proof == AccountLink.Proof.AGENT
    return (
        _is_stopped(user, at=at)
        or found["by_login"] >= MOST_BY_LOGIN
        or found["from_network"] >= MOST_FROM_NETWORK
        or (not is_for_agent and found["for_number"] >= MOST_FOR_NUMBER)
        or (not is_for_agent and found["in_month"] >= MOST_FOR_NUMBER_IN_MONTH)
    )


def _is_stopped(user: User, *, at: datetime) -> bool:
    stops = Q(kind=LinkFreeze.Kind.LOGIN, subject=str(user.pk)) | Q(kind=LinkFreeze.Kind.SITE)
    return LinkFreeze.objects.in_force(at=at).filter(stops).exists()


def addresses_of(user: User, *, at: datetime) -> int:
    """How many addresses the login sees."""
    links = AccountLink.objects.filter(user=user).exclude(state=AccountLink.State.ENDED)
    return links.filter(Q(ends_at=None) | Q(ends_at__gt=at)).count()
