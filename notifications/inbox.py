"""The inbox of the site as its pages show it; writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from billing.models import SupplyStop
from customers.models import Account, AccountLink, Right, User
from notifications.models import Channel, Dispatch, Filling, Kind, Notice, Reason
from notifications.models.notices import CALLS_OFF, NoticeQuerySet
from notifications.security import HOLDER_ONLY
from notifications.services import fillings, rendering, wordings
from notifications.services.rendering import Words
from notifications.values import VALUES, with_facts
from notifications.wording.shipped import Slot
from portal.lib import kept
from portal.lib.periods import Window, start_of


def inbox(accounts: Iterable[Account], *, reader: User | AnonymousUser) -> QuerySet[Notice]:
    """The notices in the inbox of these accounts that ``reader`` may read, the newest first."""
    readable = _readable(accounts, reader=reader.pk, on=timezone.localdate())
    return with_facts(readable.newest_first())


def unread(accounts: Iterable[Account], *, reader: User | AnonymousUser) -> int:
    """How many of them nobody opened yet. One query."""
    accounts = list(accounts)
    if reader.pk is None or not accounts:
        return 0
    windows = [account.window for account in accounts]
    text = _unread(tuple((w.starts_on is not None, w.ends_before is not None) for w in windows))
    values: dict[kept.StandIn, Any] = {READER: reader.pk, TODAY: timezone.localdate()}
    for place, account in enumerate(accounts):
        values[kept.number(place)] = account.pk
        for stands, own in zip(_days(place), _ends(account.window), strict=True):
            if own is not None:
                values |= {stands: own, start_of(stands): start_of(own)}
    return int(text.ask(values))


# None of them is the key of an account in a list, or an end of its window.
READER, TODAY = kept.number(1_000_000), kept.day(-1)


@lru_cache(maxsize=256)
def _unread(windows: tuple[tuple[bool, bool], ...]) -> kept.Text:
    """The count for so many accounts whose windows have these ends."""
    accounts = []
    for place, ends in enumerate(windows):
        account = Account(pk=kept.number(place))
        first, end = (day if has else None for day, has in zip(_days(place), ends, strict=True))
        account.window = Window(first, end)
        accounts.append(account)
    rows = _readable(accounts, reader=READER, on=TODAY)
    return kept.Text.counting(rows.filter(read_at=None))


def _days(place: int) -> tuple[date, date]:
    return kept.day(2 * place), kept.day(2 * place + 1)


def _ends(window: Window) -> tuple[date | None, date | None]:
    return window.starts_on, window.ends_before


def _readable(accounts: Iterable[Account], *, reader: int | None, on: date) -> NoticeQuerySet:
    put_in = Dispatch.objects.filter(notice=OuterRef("pk"), channel=Channel.INBOX)
    notices = Notice.objects.of(accounts).filter(Exists(put_in)).filter(_is_for(reader, on))
    # Stopped, it was not to be told; who was told before it was stopped finds it all the same.
    told = [Notice.Reach.DELIVERED, Notice.Reach.SEEN]
    over = Q(run__stopped_at__isnull=False) | Q(campaign__stopped_at__isnull=False)
    over |= Q(reason__in=(Reason.CALLED_OFF, Reason.GUARDED))
    over |= Q(stop__isnull=False, stop__state=SupplyStop.State.CALLED_OFF) & ~CALLS_OFF
    return notices.filter(Q(reach__in=told) | ~over)


def _is_for(reader: int | None, on: date) -> Q:
    """Changes of access are for the holder and the household of today, and whom they are about.

    Others would learn how the people of the house are reached and warned. A threshold of use is
    whoever's set it; unusual use tells of days, and so is theirs who see them.
    """
    links = (
        AccountLink.objects.in_force()
        .living_there(on=on)
        .filter(user=reader, account=OuterRef("account"), rights__contains=[Right.CHANGE])
    )
    household = links.filter(role__in=(AccountLink.Role.HOLDER, AccountLink.Role.HOUSEHOLD))
    holder = links.filter(role=AccountLink.Role.HOLDER)
    everyone = Q(event=None) | Q(event__link__user=reader)
    of_access = everyone | Exists(holder) | (Exists(household) & ~Q(event__kind__in=HOLDER_ONLY))
    sees_days = (
        AccountLink.objects.in_force()
        .living_there(on=on)
        .filter(user=reader, account=OuterRef("account"), rights__contains=[Right.DAYS])
    )
    # Both are about days: whose right to see them was taken away reads of them no more.
    mine = Q(passing=None) | Q(
        passing__link__user=reader, passing__link__rights__contains=[Right.DAYS]
    )
    return of_access & mine & (Q(unusual=None) | Q(Exists(sees_days)))


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
