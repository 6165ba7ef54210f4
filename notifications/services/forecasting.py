"""What telling so many would mean: messages by channel, price, time. Asked of the planner's own
statement, so that a forecast and the plan cannot disagree; it writes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from notifications.models import Campaign, Channel, KindPolicy, Run
from notifications.services import pacing, prices
from notifications.services.planning import campaigns
from notifications.services.planning.rounds import APP, decided, deciding
from portal.lib import sql

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Load:
    """What one channel would carry."""

    channel: Channel
    first: int
    """Messages at once."""
    later: int
    """Messages where the channel before them fails or stays silent."""
    price: int
    """Đồng for one message."""
    rate: int
    """Messages a second that all senders together hand over; 0 for as many as they can."""

    @property
    def cost(self) -> int:
        """Đồng, when every first channel works."""
        return self.first * self.price

    @property
    def most(self) -> int:
        """Đồng, when none does."""
        return (self.first + self.later) * self.price

    @property
    def takes(self) -> timedelta:
        """How long the first messages take, when nothing else is under way."""
        return timedelta(seconds=-(-self.first // self.rate) if self.rate else 0)

    @property
    def peak(self) -> int:
        """Messages in the busiest hour."""
        return min(self.first, self.rate * HOUR) if self.rate else self.first


@dataclass(frozen=True, slots=True)
class Forecast:
    """What telling these notices would mean."""

    notices: int
    inbox_only: int
    nothing: int
    loads: list[Load] = field(default_factory=list)

    @property
    def cost(self) -> int:
        return sum(load.cost for load in self.loads)

    @property
    def most(self) -> int:
        return sum(load.most for load in self.loads)

    @property
    def takes(self) -> timedelta:
        """Channels send beside each other: the slowest one decides."""
        return max((load.takes for load in self.loads), default=timedelta(0))


def of_run(run: Run, *, at: datetime, sms_parts: int = 1) -> Forecast:
    """What the notices of ``run`` would mean that nothing was decided about yet."""
    policy = KindPolicy.objects.get(kind=run.kind)
    notices = sql.statement(APP, "undecided_of_run")
    return forecast(notices, {"run": run.pk}, policy=policy, sms_parts=sms_parts, at=at)


def of_campaign(campaign: Campaign, *, at: datetime, sms_parts: int = 1) -> Forecast:
    """What telling whom ``campaign`` was counted for would mean."""
    policy = KindPolicy.objects.get(kind=campaign.kind)
    facts = sql.statement(APP, campaigns.STATEMENT)
    notices = sql.statement(APP, "undecided_of_campaign").replace("{facts}", facts)
    parameters = campaigns.asked(campaign, at)
    return forecast(notices, parameters, policy=policy, sms_parts=sms_parts, at=at)


def forecast(
    notices: str,
    parameters: Mapping[str, object],
    *,
    policy: KindPolicy,
    at: datetime,
    sms_parts: int = 1,
) -> Forecast:
    """What telling the notices of the statement ``notices`` would mean under ``policy``."""
    parts = {"notices": notices, **decided()}
    rows = sql.run(APP, "forecast", {**parameters, **deciding(policy, at)}, parts)
    counts = {(channel, turn): count for channel, turn, count in rows}
    return Forecast(
        notices=counts["", "notices"],
        inbox_only=counts["inbox", "only"],
        nothing=counts["", "nothing"],
        loads=[
            Load(
                channel=channel,
                first=counts.get((channel, "queued"), 0),
                later=counts.get((channel, "held"), 0),
                price=price(channel, on=timezone.localdate(at), sms_parts=sms_parts),
                rate=pacing.per_second(channel),
            )
            for channel in Channel
            if (channel, "queued") in counts or (channel, "held") in counts
        ],
    )


def price(channel: str, *, on: date, sms_parts: int = 1) -> int:
    """Đồng for one message; an SMS costs its parts."""
    parts = sms_parts if channel == Channel.SMS else 1
    return prices.in_force(on=on)[channel] * parts
