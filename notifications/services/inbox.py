"""The inbox of the site: what the page reports is the only proof that somebody read it."""

from datetime import datetime

from django.db import transaction

from notifications.models import Channel, Dispatch, Notice
from notifications.services import routing


@transaction.atomic
def opened(*, notice: Notice, at: datetime) -> None:
    """The notice was opened in the inbox: it is seen, and no other channel is needed."""
    inbox = Dispatch.objects.filter(notice=notice, channel=Channel.INBOX, seen_at=None)
    for dispatch in inbox.select_for_update():
        dispatch.status = Dispatch.Status.SEEN
        dispatch.seen_at = at
        dispatch.lease_until = dispatch.silent_at = None
        dispatch.save(update_fields=["status", "seen_at", "lease_until", "silent_at"])
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
    routing.climb(notice=notice.pk, to=Notice.Reach.SEEN, by=Channel.INBOX)
