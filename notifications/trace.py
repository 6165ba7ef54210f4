"""Which ways a notice took, in plain words for its owner; writes nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from notifications.models import Channel, Dispatch, Notice

Status = Dispatch.Status
TONES = {
    Status.SEEN: "success",
    Status.DELIVERED: "success",
    Status.ACCEPTED: "info",
    Status.FAILED: "warning",
    Status.UNKNOWN: "warning",
    Status.SUPPRESSED: "off",
    Status.CANCELLED: "off",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One channel a notice took, and how that went."""

    channel: str
    address: str
    status: str
    tone: str
    at: datetime | None


def steps(notice: Notice) -> list[Step]:
    """The channels outside the site that a notice took, in their order. One query."""
    dispatches = notice.dispatches.exclude(channel=Channel.INBOX).in_order()
    return [
        Step(
            channel=dispatch.get_channel_display(),
            address=_("ending in {end}").format(end=dispatch.address[-4:]),
            status=dispatch.get_status_display(),
            tone=TONES.get(Status(dispatch.status), "wait"),
            at=dispatch.seen_at or dispatch.delivered_at or dispatch.accepted_at,
        )
        for dispatch in dispatches
    ]
