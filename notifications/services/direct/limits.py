"""How many paid messages may be asked for: per number, per network, per day, and no sudden rush.

Fraudsters have codes sent to numbers that earn them a share of the price, and pests have them
sent to somebody they want to annoy. Each limit counts rows, so that it holds over all processes
and restarts; the counting and the writing of one channel follow each other.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache

from notifications.models import Channel, DirectMessage
from portal.lib import sql
from portal.lib.networks import network_of
from portal.lib.phones import is_mobile
from portal.lib.sealed import keyed_hash

log = structlog.get_logger(__name__)

PAID = frozenset({Channel.SMS, Channel.ZALO})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# What the breaker calls usual is the mean of so long.
USUAL = timedelta(days=7)
RUSH = 3
SAY_AGAIN = 3600  # seconds


class Refused(Exception):
    """The message is not sent; the caller says so in the same words whether it was or not."""


class NotAMobile(Refused):
    """Only Vietnamese mobile numbers get paid messages."""


class TooManyToAddress(Refused):
    """This number had its messages of the hour or the day."""


class TooManyFromNetwork(Refused):
    """This network asked for its messages of the day."""


class TooManyToday(Refused):
    """The day's budget of the channel is spent."""


class Rush(Refused):
    """Far more than usual within an hour: nothing more until it is past."""


def check(message: DirectMessage) -> None:
    """Let one more message pass, or refuse it; what is counted is held until the commit.

    :raises Refused: one of the limits of ``settings.DIRECT_LIMITS`` is reached; see its kinds
    """
    if message.channel not in PAID:
        return
    if not message.address.startswith("+84") or not is_mobile(message.address):
        raise NotAMobile
    _lock(message.channel)
    limits, at = settings.DIRECT_LIMITS, message.queued_at
    sent = DirectMessage.objects.filter(channel=message.channel)
    _check_address(sent.filter(address_hash=message.address_hash), limits, at)
    if message.network_hash:
        today = sent.filter(network_hash=message.network_hash, queued_at__gt=at - DAY)
        if today.count() >= limits["NETWORK_DAY"]:
            raise TooManyFromNetwork
    _check_whole(sent, limits, at)


def network_hash(ip: str) -> str:
    """What stands for the network of ``ip`` in the database; "" for none."""
    network = network_of(ip)
    return keyed_hash(network) if network else ""


def _check_address(sent: Any, limits: dict[str, int], at: datetime) -> None:
    if sent.filter(queued_at__gt=at - HOUR).count() >= limits["ADDRESS_HOUR"]:
        raise TooManyToAddress
    if sent.filter(queued_at__gt=at - DAY).count() >= limits["ADDRESS_DAY"]:
        raise TooManyToAddress


def _check_whole(sent: Any, limits: dict[str, int], at: datetime) -> None:
    if sent.filter(queued_at__gt=at - DAY).count() >= limits["DAY"]:
        raise TooManyToday
    last_hour = sent.filter(queued_at__gt=at - HOUR).count()
    if last_hour < limits["USUAL_HOUR"]:
        return
    before = sent.filter(queued_at__gt=at - HOUR - USUAL, queued_at__lte=at - HOUR).count()
    if last_hour >= max(RUSH * before / (USUAL / HOUR), limits["USUAL_HOUR"]):
        raise Rush


def alarm(*, channel: str, refused: Refused) -> None:
    """Wake the operators when a whole channel is closed to codes; once an hour.

    Call it once the transaction is undone, or a cache in the database forgets with it.
    """
    what = type(refused).__name__
    if isinstance(refused, TooManyToday | Rush) and cache.add(
        f"direct-{channel}-{what}", 1, SAY_AGAIN
    ):
        log.error("direct messages refused", channel=channel, why=what)


def _lock(channel: str) -> None:
    """Hold the channel's count until the commit; two at once would both find room."""
    sql.take_turns(f"direct:{channel}")
