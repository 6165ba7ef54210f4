"""What a message is expected to cost: the supervisors' dated prices, else those of the set-up."""

from datetime import date

from django.conf import settings

from notifications.models import ChannelPrice


def in_force(*, on: date) -> dict[str, int]:
    """Đồng for one message, by channel."""
    dated = ChannelPrice.objects.in_force(on=on).values_list("channel", "price")
    return {**settings.CHANNEL_PRICES, **dict(dated)}
