"""What is known of the use at one address, said in sentences."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.costs import whole_kwh
from billing.queries import LastDay, Likely, Overview
from billing.use import COMES_AFTER, PeriodUse, Stretch
from billing.words import month_heading, short_date
from portal.lib import said
from portal.lib.money import dong
from portal.lib.periods import DAY, Period
from portal.lib.quantities import kwh
from portal.lib.said import span

COMES_BY = "06:00"
ROUND_TO = 1000
"""A likely bill is told in thousands of đồng: more digits would promise what nobody knows."""


def name_of(period: Period) -> str:
    """A month by its name, another period by its days."""
    if not period.is_month:
        return span(period)
    return month_heading(period.starts_on)


def headline(found: Overview, *, today: date, is_now: bool) -> str:
    """The answer of the page: how much, and what it costs, from when until when."""
    running = is_now and _is_this_month(found.use.period, today)
    name = _("This month") if running else name_of(found.use.period)
    if found.bill:
        return _("%(period)s: %(kwh)s, %(amount)s") % {
            "period": name,
            "kwh": kwh(found.bill.usage_kwh * 1000),
            "amount": dong(found.bill.total),
        }
    if found.use.total_wh is None or found.use.until is None:
        return _("%(period)s: no data yet") % {"period": name}
    if found.use.until < found.use.period.last_on:
        day = short_date(found.use.until, today=today)
        name = _("%(period)s until %(day)s") % {"period": name, "day": day}
    words = {"period": name, "kwh": kwh(found.use.total_wh, decimals=0)}
    if found.amount is None:
        return _("%(period)s: %(kwh)s") % words
    return _("%(period)s: %(kwh)s, %(amount)s") % {**words, "amount": dong(found.amount)}


def _is_this_month(period: Period, today: date) -> bool:
    return period.is_month and today in period


def how_sure(found: PeriodUse, *, today: date) -> str:
    """Until when there is data, when more is expected, and how many days have no figure at all."""
    if found.until is None:
        return ""
    parts = [_("Data until %(day)s.") % {"day": said.day(found.until)}]
    if found.until < found.period.last_on:
        parts.append(_next_expected(found.until + DAY + COMES_AFTER, today=today))
    if lacking := found.uncounted_days:
        parts.append(
            ngettext(
                "%(count)d day has no data yet and is not counted.",
                "%(count)d days have no data yet and are not counted.",
                lacking,
            )
            % {"count": lacking}
        )
    return " ".join(parts)


def _next_expected(day: date, *, today: date) -> str:
    words = {"day": said.day(day), "time": COMES_BY}
    if day < today:
        return _("More was expected on %(day)s at %(time)s and is late.") % words
    return _("More is expected on %(day)s at %(time)s.") % words


def remarks(found: Overview) -> list[str]:
    """What one has to know to read the days: sums of several days, a roll-over, a difference."""
    said = [_sum_of(part) for part in found.use.together]
    said += [f"{_sum_of(part)} {_ACROSS()}" for part in found.use.across]
    if found.use.rolled_over:
        said.append(_("The meter passed its highest figure and began again at zero."))
    if found.amount is not None and found.use.until == found.use.period.last_on:
        said.append(_("There is no bill of this period yet; the amount is our own calculation."))
    if differs := _bill_differs(found):
        said.append(differs)
    return said


def _ACROSS() -> str:  # noqa: N802
    return _("Some of these days belong to another period, so they are not counted here.")


def _sum_of(part: Stretch) -> str:
    return _("From %(first)s to %(last)s (%(days)d days together): %(kwh)s.") % {
        "first": said.day(part.days.starts_on),
        "last": said.day(part.days.last_on),
        "days": part.days.days,
        "kwh": kwh(part.wh or 0, decimals=1),
    }


def _bill_differs(found: Overview) -> str:
    """The days' sum beside the bill's kWh where a complete period does not round to it."""
    if found.bill is None or found.use.total_wh is None:
        return ""
    is_whole = not found.use.uncounted_days and not found.use.across
    if not is_whole or abs(whole_kwh(found.use.total_wh) - found.bill.usage_kwh) <= 1:
        return ""
    return _("The days add up to %(days)s, the bill says %(bill)s.") % {
        "days": kwh(found.use.total_wh, decimals=1),
        "bill": kwh(found.bill.usage_kwh * 1000),
    }


def last_day(last: LastDay, *, today: date) -> str:
    """The newest day beside an ordinary one."""
    is_yesterday = last.day == today - timedelta(days=1)
    words = {
        "day": _("Yesterday") if is_yesterday else _("On %(day)s") % {"day": said.day(last.day)},
        "kwh": kwh(last.wh, decimals=1),
    }
    if last.usual_wh is None:
        return _("%(day)s: %(kwh)s.") % words
    more = last.wh - last.usual_wh
    words["difference"] = kwh(abs(more), decimals=1)
    if abs(more) < 50:
        return _("%(day)s: %(kwh)s, as on an ordinary day of the last four weeks.") % words
    if more > 0:
        text = _(
            "%(day)s: %(kwh)s, %(difference)s more than on ordinary days of the last four weeks."
        )
    else:
        text = _(
            "%(day)s: %(kwh)s, %(difference)s less than on ordinary days of the last four weeks."
        )
    return text % words


def step(found: Overview, *, today: date) -> str:
    """How far it is to the next price step, and about when it begins."""
    place = found.step
    if place is None:
        return ""
    if place.left_wh is None or place.next_price is None:
        return _("You are in step %(step)d, the last one: %(price)s a kWh before VAT.") % {
            "step": place.step,
            "price": dong(place.price),
        }
    words = {
        "left": kwh(place.left_wh, decimals=0 if place.left_wh >= 1000 else 1),
        "next": place.step + 1,
        "price": dong(place.price),
        "next_price": dong(place.next_price),
    }
    if found.step_on is None:
        return (
            _("%(left)s to step %(next)d (%(next_price)s a kWh instead of %(price)s, before VAT).")
            % words
        )
    words["day"] = short_date(found.step_on, today=today)
    if found.step_on <= today:
        return (
            _(
                "%(left)s to step %(next)d by the data so far; since then it may have been reached"
                " (%(next_price)s a kWh instead of %(price)s, before VAT)."
            )
            % words
        )
    return (
        _(
            "%(left)s to step %(next)d, about %(day)s at this pace"
            " (%(next_price)s a kWh instead of %(price)s, before VAT)."
        )
        % words
    )


def likely(expected: Likely) -> str:
    """The range of the whole bill, widened to round figures."""
    low = expected.money.low // ROUND_TO * ROUND_TO
    high = -(-expected.money.high // ROUND_TO) * ROUND_TO
    if low == high:
        return _("about %(amount)s") % {"amount": dong(low)}
    return _("about %(low)s to %(high)s") % {"low": dong(low), "high": dong(high)}


def how_likely(expected: Likely) -> str:
    """What the range rests on, and how often the truth lay inside it."""
    why = _(
        "What was measured counts as it is; the days to come are taken to be like your last weeks,"
        " from a low one to a high one."
    )
    tested = expected.tested
    if not tested.tried:
        return f"{why} " + _("There are not enough complete months yet to try this out.")
    tried = ngettext(
        "Tried on your last %(tried)d complete month, the truth lay inside %(inside)d time.",
        "Tried on your last %(tried)d complete months, the truth lay inside %(inside)d times.",
        tested.tried,
    )
    return f"{why} " + tried % {"tried": tested.tried, "inside": tested.inside}
