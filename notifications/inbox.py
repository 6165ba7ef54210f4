"""The inbox of the site as its pages show it; writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language

from customers.models import Account
from notifications.models import Channel, Dispatch, Kind, Notice
from notifications.services.rendering import FACTS, Words, render


def inbox(accounts: Iterable[Account]) -> QuerySet[Notice]:
    """The notices that were put into the inbox of these accounts, the newest first."""
    put_in = Dispatch.objects.filter(notice=OuterRef("pk"), channel=Channel.INBOX)
    notices = Notice.objects.of(accounts).filter(Exists(put_in))
    related = ("account", "bill", "outage", "event__by", "event__link__user")
    return notices.select_related(*related).newest_first()


def unread(accounts: Iterable[Account]) -> int:
    """How many of them nobody opened yet. One query."""
    return inbox(accounts).filter(read_at=None).count()


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as it reads in the inbox."""

    notice: Notice
    subject: str
    text: str


def letter(notice: Notice) -> Letter:
    """The words of a notice in the reader's language; its kind alone while it has no words."""
    kind = Kind(notice.kind)
    words = _words(notice) if kind in FACTS else Words(str(kind.label), "")
    return Letter(notice, words.subject, words.text)


def _words(notice: Notice) -> Words:
    return render(notice=notice, channel=Channel.INBOX, language=get_language() or "vi")
