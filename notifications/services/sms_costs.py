"""What SMS to one account costs in a year: told last year, or planned, at the price in force."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.models import Channel, Dispatch, Kind, KindPolicy, Notice
from notifications.services import prices
from portal.lib.periods import local_day

YEAR = timedelta(days=365)
A_WHOLE_YEAR = timedelta(days=335)
"""Of an account that was told less long ago than this, a year is not known yet."""
PLANNED = {Kind.BILL_ISSUED: 12, Kind.PAYMENT_REMINDER: 12}
"""Notices of a usual year: a bill a month, and a reminder of each."""


@dataclass(frozen=True, slots=True)
class SmsCost:
    """A year of SMS, at one part each."""

    messages: int
    price: int
    """Đồng for one message."""
    is_counted: bool
    """Whether the messages are last year's notices, and not the plan."""

    @property
    def cost(self) -> int:
        return self.messages * self.price


def a_year(account_id: int, *, at: datetime) -> SmsCost:
    """What a year of SMS to this account costs. Three queries."""
    by_sms = KindPolicy.objects.filter(channels__contains=[Channel.SMS])
    told = Notice.objects.filter(account=account_id, planned_at__gt=at - YEAR)
    first = told.order_by("planned_at").values_list("planned_at", flat=True).first()
    is_counted = first is not None and first <= at - A_WHOLE_YEAR
    if is_counted:
        messages = told.filter(kind__in=by_sms.values("kind")).count()
    else:
        kinds = set(by_sms.filter(kind__in=PLANNED).values_list("kind", flat=True))
        messages = sum(number for kind, number in PLANNED.items() if kind in kinds)
    price = prices.in_force(on=local_day(at))[Channel.SMS]
    return SmsCost(messages, price, is_counted)


def last_delivery(account_id: int) -> datetime | None:
    """When an SMS to this account last arrived."""
    arrived = Dispatch.objects.filter(
        notice__account=account_id,
        channel=Channel.SMS,
        status__in=(Dispatch.Status.DELIVERED, Dispatch.Status.SEEN),
        recipient__in=Dispatch.PROOF,
    )
    return arrived.order_by("-pk").values_list("delivered_at", flat=True).first()
