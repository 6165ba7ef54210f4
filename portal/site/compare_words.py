"""What other days say of a period, in sentences and as the rows of one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.comparing import Against, Base, Extremes
from billing.queries import Compared, Overview
from billing.rating import half_up
from portal.lib import said
from portal.lib.money import dong
from portal.lib.quantities import kwh
from portal.lib.said import span

SAME_WH = 50
"""Below it two figures read alike when they are rounded to a tenth of a kWh."""


@dataclass(frozen=True, slots=True)
class AgainstRow:
    """One line of the table: other days, and the same number of days now."""

    name: str
    days: str
    now: str
    then: str
    difference: str


@dataclass(frozen=True, slots=True)
class CompareWords:
    """All that is said of a period beside other days; texts are empty where too little is known."""

    per_day: str
    extremes: str
    base: str
    sentences: Sequence[str]
    rows: Sequence[AgainstRow]

    @classmethod
    def of(cls, found: Overview) -> "CompareWords":
        other = found.compared or Compared(None, None, None, None)
        held = [
            (_("the last period, as many days"), _last, other.last),
            (_("last year, with the lunar new year on itself"), _year, other.year),
        ]
        return cls(
            per_day=_per_day(found),
            extremes=_extremes(other.extremes) if other.extremes else "",
            base=_base(other.base) if other.base and other.base.has_risen else "",
            sentences=[sentence(against) for _name, sentence, against in held if against],
            rows=[_row(name, against) for name, _sentence, against in held if against],
        )


def _per_day(found: Overview) -> str:
    """The mean of the days counted, in kWh and, where the price is known, in đồng."""
    days = found.use.counted_days
    if not days or found.use.total_wh is None:
        return ""
    words = {"kwh": kwh(half_up(Fraction(found.use.total_wh, days)), decimals=1)}
    if found.amount is None:
        return _("On average %(kwh)s a day.") % words
    words["amount"] = dong(half_up(Fraction(found.amount, days)))
    return _("On average %(kwh)s a day, which costs %(amount)s.") % words


def _extremes(found: Extremes) -> str:
    (high_on, high), (low_on, low) = found.highest, found.lowest
    return _("Most on %(high_day)s: %(high)s. Least on %(low_day)s: %(low)s.") % {
        "high_day": said.day(high_on),
        "high": kwh(high, decimals=1),
        "low_day": said.day(low_on),
        "low": kwh(low, decimals=1),
    }


def _base(found: Base) -> str:
    return _(
        "Even on quiet days you now use %(now)s, %(more)s more than four weeks before. Something"
        " may be running all the time."
    ) % {
        "now": kwh(found.now_wh, decimals=1),
        "more": kwh(found.now_wh - found.before_wh, decimals=1),
    }


def _last(found: Against) -> str:
    if abs(found.more_wh) < SAME_WH:
        text = ngettext(
            "As much as on the same %(days)d day of the last period.",
            "As much as on the same %(days)d days of the last period.",
            found.days,
        )
    elif found.more_wh > 0:
        text = ngettext(
            "%(difference)s more than on the same %(days)d day of the last period.",
            "%(difference)s more than on the same %(days)d days of the last period.",
            found.days,
        )
    else:
        text = ngettext(
            "%(difference)s less than on the same %(days)d day of the last period.",
            "%(difference)s less than on the same %(days)d days of the last period.",
            found.days,
        )
    return text % _figures(found)


def _year(found: Against) -> str:
    if abs(found.more_wh) < SAME_WH:
        text = ngettext(
            "As much as on %(days)d such day last year.",
            "As much as on %(days)d such days last year.",
            found.days,
        )
    elif found.more_wh > 0:
        text = ngettext(
            "%(difference)s more than on %(days)d such day last year.",
            "%(difference)s more than on %(days)d such days last year.",
            found.days,
        )
    else:
        text = ngettext(
            "%(difference)s less than on %(days)d such day last year.",
            "%(difference)s less than on %(days)d such days last year.",
            found.days,
        )
    return text % _figures(found)


def _figures(found: Against) -> dict[str, object]:
    return {"days": found.days, "difference": kwh(abs(found.more_wh), decimals=1)}


def _row(name: str, found: Against) -> AgainstRow:
    sign = "+" if found.more_wh > 0 else ""
    return AgainstRow(
        name=f"{name} ({span(found.then)})",
        days=str(found.days),
        now=kwh(found.now_wh, decimals=1),
        then=kwh(found.then_wh, decimals=1),
        difference=sign + kwh(found.more_wh, decimals=1),
    )
