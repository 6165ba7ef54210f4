"""The inbox of the site as its pages show it; writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from customers.models import Account, AccountLink, Right, User
from notifications.models import Channel, Dispatch, Kind, Notice
from notifications.security import HOLDER_ONLY
from notifications.services.rendering import Words, render
from notifications.values import VALUES


def inbox(accounts: Iterable[Account], *, reader: User | AnonymousUser) -> QuerySet[Notice]:
    """The notices in the inbox of these accounts that ``reader`` may read, the newest first."""
    put_in = Dispatch.objects.filter(notice=OuterRef("pk"), channel=Channel.INBOX)
    notices = Notice.objects.of(accounts).filter(Exists(put_in)).filter(_is_for(reader))
    related = ("account", "bill", "outage", "event__by", "event__link__user")
    return notices.select_related(*related).newest_first()


def unread(accounts: Iterable[Account], *, reader: User | AnonymousUser) -> int:
    """How many of them nobody opened yet. One query."""
    return inbox(accounts, reader=reader).filter(read_at=None).count()


def _is_for(reader: User | AnonymousUser) -> Q:
    """Changes of access are for the holder and the household, and for whom they are about.

    Others would learn how the people of the house are reached and warned.
    """
    links = AccountLink.objects.in_force().filter(
        user=reader.pk, account=OuterRef("account"), rights__contains=[Right.CHANGE]
    )
    household = links.filter(role__in=(AccountLink.Role.HOLDER, AccountLink.Role.HOUSEHOLD))
    holder = links.filter(role=AccountLink.Role.HOLDER)
    everyone = Q(event=None) | Q(event__link__user=reader.pk)
    return everyone | Exists(holder) | (Exists(household) & ~Q(event__kind__in=HOLDER_ONLY))


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as it reads in the inbox."""

    notice: Notice
    subject: str
    text: str


def letter(notice: Notice) -> Letter:
    """The words of a notice in the reader's language; its kind alone while it has no words."""
    kind = Kind(notice.kind)
    words = _words(notice) if kind in VALUES else Words(str(kind.label), "")
    return Letter(notice, words.subject, words.text)


def _words(notice: Notice) -> Words:
    return render(notice=notice, channel=Channel.INBOX, language=get_language() or "vi")
