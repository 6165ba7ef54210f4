"""The inbox of the site: what the page reports is the only proof that somebody read it."""

from datetime import datetime

from django.db import transaction
from django.utils import translation

from notifications.models import Channel, Dispatch, Filling, Kind, Notice
from notifications.services import fillings, rendering, routing, wordings
from notifications.values import VALUES
from notifications.wording.shipped import Slot


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


def keep_shown(*, notice: Notice, language: str, at: datetime) -> None:
    """Remember how the inbox words this notice, as it is opened in this language first."""
    dispatch = Dispatch.objects.filter(notice=notice, channel=Channel.INBOX).first()
    known = Filling.objects.filter(dispatch=dispatch, language=language)
    if dispatch is None or known.exists() or Kind(notice.kind) not in VALUES:
        return
    changes = wordings.changed(channel=Channel.INBOX, at=at)
    wording = wordings.wording(Slot(notice.kind, Channel.INBOX, language), changes)
    with translation.override(language):
        filling = rendering.freeze(notice, dispatch=dispatch.pk, wording=wording)
    fillings.keep([filling], replace=False)
