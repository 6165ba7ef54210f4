"""What a message is expected to cost: the supervisors' dated prices, and nothing else."""

from datetime import date

from notifications.models import Channel, ChannelPrice


def in_force(*, on: date) -> dict[str, int]:
    """Đồng for one message, by channel; nothing where no price was set down yet."""
    dated = ChannelPrice.objects.in_force(on=on).values_list("channel", "price")
    return {**dict.fromkeys(Channel.values, 0), **dict(dated)}


def newest(channel: str) -> int:
    """Đồng for one message by the newest price that is set down, begun or not."""
    prices = ChannelPrice.objects.filter(channel=channel).order_by("-starts_on")
    return prices.values_list("price", flat=True).first() or 0
