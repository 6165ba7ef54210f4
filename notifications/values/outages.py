"""What notices about outages say: as it was announced, whatever was learned since."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from notifications.models import Announcement, Notice
from portal.lib.said import moment

from .common import common

What = Announcement.What
# Of an account that is outside of the area since a change.
OFF, NEW = "-off", "-new"
# What an SMS has room for.
REASON = 60


@dataclass(frozen=True, slots=True)
class Telling:
    """One piece of news: its name, as long as a channel allows, and the sentence."""

    short: Any
    sentence: Any
    gives_reason: bool = True


PLANNED = {
    What.ANNOUNCED: Telling(
        _("Planned outage"),
        _("There will be no electricity in your area from {starts} to {ends}."),
    ),
    What.CHANGED: Telling(
        _("Outage at other hours"),
        _("The outage in your area is now planned from {starts} to {ends}."),
    ),
    What.WITHDRAWN: Telling(
        _("Outage called off"),
        _("The outage from {starts} to {ends} was called off. You will have electricity."),
        gives_reason=False,
    ),
    OFF: Telling(
        _("Outage not at your place"),
        _("The planned outage was changed and does not concern your address any more."),
        gives_reason=False,
    ),
}
UNPLANNED = {
    What.ANNOUNCED: Telling(
        _("Electricity is out"),
        _("Your area is without electricity since {starts}. It is expected back at {ends}."),
    ),
    What.CHANGED: Telling(
        _("Back at another time"),
        _("Electricity in your area is now expected back at {ends}."),
    ),
    What.ENDED: Telling(
        _("Electricity is back"),
        _("Electricity in your area is back since {ends}."),
        gives_reason=False,
    ),
    What.WITHDRAWN: Telling(
        _("Outage report corrected"),
        _("We told you of an outage by mistake. There is none at your address."),
        gives_reason=False,
    ),
    OFF: PLANNED[OFF],
}


def planned(notice: Notice) -> dict[str, Any]:
    """A planned outage: that it comes, at other hours, or not at all."""
    return _of(notice, PLANNED)


def unplanned(notice: Notice) -> dict[str, Any]:
    """An unplanned outage: since when, until when, or that it is over."""
    return _of(notice, UNPLANNED)


def _of(notice: Notice, tellings: dict[str, Telling]) -> dict[str, Any]:
    news = notice.announcement
    if news is None:
        raise ValueError("a notice of an outage without its announcement")
    telling = tellings[_what(notice.subject, news)]
    hours = {"starts": moment(news.starts_at), "ends": moment(news.ends_at)}
    return (
        common(notice)
        | hours
        | {
            "short": str(telling.short),
            "what": str(telling.sentence).format(**hours),
            "reason": news.reason,
            "reason_short": Truncator(news.reason).chars(REASON),
            "gives_reason": telling.gives_reason,
            "area": news.area,
        }
    )


def _what(subject: str, news: Announcement) -> str:
    """What is new to this account: others heard of the outage before, or live elsewhere in it."""
    if subject.endswith(OFF):
        return OFF
    return What.ANNOUNCED if subject.endswith(NEW) else news.what
