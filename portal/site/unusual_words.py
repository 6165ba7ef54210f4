"""Unusual use on the page of an address: which days, against what, and how sure that is."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billing import published
from billing.models import UnusualUse
from customers.models import Account
from portal.lib import said
from portal.lib.quantities import kwh

EVERYBODY_AS_USUAL = 100


@dataclass(frozen=True, slots=True)
class UnusualWords:
    """The newest find, in words."""

    what: str
    against: str
    how_sure: str

    @classmethod
    def of(cls, found: UnusualUse) -> "UnusualWords":
        words = {
            "first": said.day(found.first_on),
            "last": said.day(found.last_on),
            "used": kwh(found.wh, decimals=1),
            "usual": kwh(found.usual_wh, decimals=1),
        }
        return cls(
            what=_("From %(first)s to %(last)s about %(used)s a day; usually about %(usual)s.")
            % words,
            against=_against(found),
            how_sure=_how_sure(),
        )


def lately(account: Account, *, on: date) -> UnusualWords | None:
    """What was found within the last 30 days and may be seen. One query."""
    found = UnusualUse.objects.of([account]).lately(on=on).newest_first().first()
    return UnusualWords.of(found) if found else None


def _against(found: UnusualUse) -> str:
    text = _(
        "Usual is the middle of the same kind of days (working days or weekends) from %(since)s on,"
        " without the days of the lunar new year. Each of these days lay clearly above what your"
        " days usually differ by."
    ) % {"since": said.day(found.since)}
    if found.shift <= EVERYBODY_AS_USUAL:
        return text
    more = _("All houses of your company used %(percent)d%% more in these days; that is counted.")
    return f"{text} " + more % {"percent": found.shift - EVERYBODY_AS_USUAL}


def _how_sure() -> str:
    return _(
        "The meter counted this; why, we do not know. Tried on made-up houses on %(day)s: of 1,000"
        " houses in which nothing was wrong, about %(warned)d were warned in a month; of 100 faults"
        " between %(fewest)d (small and lasting) and %(most)d (twice the use) were found."
    ) % {
        "warned": published.WARNED_IN_THOUSAND,
        "fewest": min(published.FOUND_IN_HUNDRED.values()),
        "most": max(published.FOUND_IN_HUNDRED.values()),
        "day": said.day(published.MEASURED_ON),
    }
