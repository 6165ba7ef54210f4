"""How many calls to a provider may start now: one limit for all senders, kept in the database.

It fills by the database's clock alone, since senders may disagree about the time.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from notifications.channels import Quota
from notifications.models import Pace
from notifications.services import channel_states
from portal.lib import sql
from portal.lib.periods import start_of

# Of a second: so many calls may start at the same moment after a rest.
BURST = 0.1
# Of a day's quota, kept for what is urgent.
RESERVE = 0.05


def take(*, channel: str, wanted: int, is_awaited: bool = False) -> int:
    """Take up to ``wanted`` calls that may start now; give back those that are not made.

    ``is_awaited``: somebody waits for this one, so it may go ahead of the others by a second.
    """
    rate = per_second(channel)
    if not rate or not wanted:
        return wanted
    most = max(1.0, rate * BURST)
    parameters = {
        "provider": provider(channel),
        "wanted": wanted,
        "rate": rate,
        "most": most,
        "debt": rate if is_awaited else 0,
    }
    rows = sql.run("notifications", "take_calls", parameters)
    if not rows:
        Pace.objects.get_or_create(
            provider=provider(channel),
            defaults={"calls": most, "filled_at": Now()},
        )
        rows = sql.run("notifications", "take_calls", parameters)
    return int(rows[0][0])


def per_second(channel: str) -> int:
    """Calls that all senders together may start in a second; 0 for as many as they can."""
    return int(settings.CHANNELS[channel].get("PER_SECOND") or 0)


def give_back(*, channel: str, number: int) -> None:
    """These calls were taken and not made."""
    if number and per_second(channel):
        Pace.objects.filter(provider=provider(channel)).update(calls=F("calls") + number)


def note_quota(*, channel: str, quota: Quota, at: datetime) -> None:
    """Remember what the provider said is left of the day; where nothing is, rest until it ends."""
    if quota.remaining <= 0:
        tomorrow = start_of(timezone.localdate(at) + timedelta(days=1))
        channel_states.pause(channel=channel, until=tomorrow, why="daily quota spent")
    Pace.objects.update_or_create(
        provider=provider(channel),
        defaults={"quota": quota.daily, "left": max(quota.remaining, 0), "said_at": at},
        create_defaults={
            "quota": quota.daily,
            "left": max(quota.remaining, 0),
            "said_at": at,
            "filled_at": Now(),
        },
    )


def is_scarce(*, channel: str, at: datetime) -> bool:
    """Whether only what is urgent may use the rest of today's quota."""
    pace = Pace.objects.filter(provider=provider(channel), said_at__isnull=False).first()
    if pace is None or not pace.quota or pace.left is None:
        return False
    is_todays = timezone.localdate(pace.said_at) == timezone.localdate(at)
    return is_todays and pace.left <= pace.quota * RESERVE


def provider(channel: str) -> str:
    """Who carries the channel; whoever carries none is called by the channel's name."""
    return str(settings.CHANNELS[channel].get("PROVIDER", channel))
