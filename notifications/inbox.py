"""The inbox of the site as its pages show it; writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from billing.models import SupplyStop
from customers.models import Account, AccountLink, Right, User
from notifications.models import Channel, Dispatch, Filling, Kind, Notice, Reason
from notifications.models.notices import CALLS_OFF
from notifications.security import HOLDER_ONLY
from notifications.services import fillings, rendering, wordings
from notifications.services.rendering import Words
from notifications.values import VALUES, with_facts
from notifications.wording.shipped import Slot


def inbox(accounts: Iterable[Account], *, reader: User | AnonymousUser) -> QuerySet[Notice]:
    """The notices in the inbox of these accounts that ``reader`` may read, the newest first."""
    put_in = Dispatch.objects.filter(notice=OuterRef("pk"), channel=Channel.INBOX)
    notices = Notice.objects.of(accounts).filter(Exists(put_in)).filter(_is_for(reader))
    # Stopped, it was not to be told; who was told before it was stopped finds it all the same.
    told = [Notice.Reach.DELIVERED, Notice.Reach.SEEN]
    over = Q(run__stopped_at__isnull=False) | Q(campaign__stopped_at__isnull=False)
    over |= Q(reason__in=(Reason.CALLED_OFF, Reason.GUARDED))
    over |= Q(stop__isnull=False, stop__state=SupplyStop.State.CALLED_OFF) & ~CALLS_OFF
    notices = notices.filter(Q(reach__in=told) | ~over)
    return with_facts(notices.newest_first())


def unread(accounts: Iterable[Account], *, reader: User | AnonymousUser) -> int:
    """How many of them nobody opened yet. One query."""
    return inbox(accounts, reader=reader).filter(read_at=None).count()


def _is_for(reader: User | AnonymousUser) -> Q:
    """Changes of access are for the holder and the household of today, and whom they are about.

    Others would learn how the people of the house are reached and warned. A threshold of use is
    whoever's set it.
    """
    links = (
        AccountLink.objects.in_force()
        .living_there(on=timezone.localdate())
        .filter(user=reader.pk, account=OuterRef("account"), rights__contains=[Right.CHANGE])
    )
    household = links.filter(role__in=(AccountLink.Role.HOLDER, AccountLink.Role.HOUSEHOLD))
    holder = links.filter(role=AccountLink.Role.HOLDER)
    everyone = Q(event=None) | Q(event__link__user=reader.pk)
    of_access = everyone | Exists(holder) | (Exists(household) & ~Q(event__kind__in=HOLDER_ONLY))
    return of_access & (Q(passing=None) | Q(passing__link__user=reader.pk))


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as it reads in the inbox."""

    notice: Notice
    subject: str
    text: str

    @property
    def spoken(self) -> str:
        """The text as it is read aloud: the check code is for whoever doubts a message."""
        parts = self.text.split("\n\n")
        return "\n\n".join(part for part in parts if self.notice.code not in part)


def letters(notices: Iterable[Notice], *, at: datetime) -> list[Letter]:
    """The words of notices in the reader's language: as first opened, else as they read now.

    Of a kind without words its name alone. Two queries, whatever their number.
    """
    notices = list(notices)
    if not notices:
        return []
    language = get_language() or "vi"
    before = fillings.shown(notices, language=language)
    changes = wordings.changed(channel=Channel.INBOX, at=at)
    return [
        _letter(notice, before.get(notice.pk), changes, language=language) for notice in notices
    ]


def letter(notice: Notice, *, at: datetime) -> Letter:
    """The words of one notice."""
    return letters([notice], at=at)[0]


def _letter(
    notice: Notice, before: Filling | None, changes: wordings.Changes, *, language: str
) -> Letter:
    words = Words(str(Kind(notice.kind).label), "")
    if before:
        words = rendering.again(before)
    elif notice.kind in VALUES:
        wording = wordings.wording(Slot(notice.kind, Channel.INBOX, language), changes)
        words = rendering.render(
            notice=notice, channel=Channel.INBOX, language=language, wording=wording
        )
    return Letter(notice, words.subject, words.text)
