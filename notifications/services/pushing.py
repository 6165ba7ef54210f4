"""Push messages: the same neutral words for all, and where in the site they lead."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import translation

from notifications import push_words
from notifications.channels import Message
from notifications.models import Kind, Notice
from notifications.services import devices
from notifications.services.claiming import Claim

_WAKES_UP = frozenset(
    {Kind.PLANNED_OUTAGE, Kind.UNPLANNED_OUTAGE, Kind.DISCONNECTION, Kind.SECURITY,
     Kind.TEST_MESSAGE}
)  # fmt: skip
_LONGEST = 86_400


def messages(*, claims: Sequence[Claim], language: str, at: datetime) -> dict[int, Message]:
    """The message of each claim's dispatch; one whose browser is gone has no address."""
    places = devices.subscriptions([claim.address for claim in claims])
    notices = Notice.objects.in_bulk([claim.notice for claim in claims])
    with translation.override(language):
        return {
            claim.dispatch: _message(
                claim, notices[claim.notice], places.get(claim.address, ""), at
            )
            for claim in claims
        }


def _message(claim: Claim, notice: Notice, address: str, at: datetime) -> Message:
    left = int((notice.expires_at - at).total_seconds())
    return Message(
        reference=claim.reference.hex,
        address=address,
        subject=push_words.title(notice.kind),
        text=push_words.body(),
        template=notice.kind,
        data={"url": reverse("notice", args=[notice.code])},
        headers={
            # How long the push service keeps it for a phone that is off, and whether it wakes one.
            "TTL": str(max(0, min(left, _LONGEST))),
            "Urgency": "high" if notice.kind in _WAKES_UP else "normal",
        },
    )
