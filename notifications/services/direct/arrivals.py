"""What providers say became of a direct message; the word is kept as a receipt beside it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from notifications.models import DirectMessage

Status = DirectMessage.Status

# "Delivered" outweighs a failure that was reported before or after it.
_AFTER = {
    Status.DELIVERED: set(Status) - {Status.DELIVERED},
    Status.FAILED: {Status.QUEUED, Status.SENDING, Status.ACCEPTED, Status.UNKNOWN},
}
# Mail programs and Zalo may say that it was even read: for a code that is no news.
_MEANS = {"delivered": Status.DELIVERED, "seen": Status.DELIVERED, "failed": Status.FAILED}


def arrived(
    *, reference: UUID, channels: Collection[str], status: str, detail: str, at: datetime
) -> bool:
    """Move the message with this reference up the ladder; whether there is one.

    ``channels``: those that whoever reports it carries; of others it knows nothing.
    """
    found = DirectMessage.objects.filter(reference=reference, channel__in=channels)
    means = _MEANS[status]
    found.filter(status__in=_AFTER[means]).update(
        status=means, lease_until=None, ended_at=at, detail=detail[:200]
    )
    return found.exists()
