"""Why two bills differ, in the words and numbers of the reader."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.explain import Factor, Part
from billing.models import Bill, EarlierBill
from billing.queries import BillChange, DayPair, period_billed
from portal.lib.money import dong
from portal.lib.numbers import percent
from portal.lib.periods import month_name
from portal.lib.quantities import kwh, kwh_number
from portal.lib.said import span

HALF = 50  # the middle of the picture, in per cent of its width
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class PartRow:
    """What one cause adds or takes off, with its bar in per cent of the picture's width."""

    name: str
    reason: str
    amount: str
    tone: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One figure of both bills."""

    name: str
    before: str
    after: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """All that the page about two bills says."""

    headline: str
    sentence: str
    twins: str
    parts: Sequence[PartRow]
    total: str
    facts: Sequence[FactRow]


def of(change: BillChange) -> ChangeWords:
    """The difference of two bills in words."""
    return ChangeWords(
        headline=headline(change),
        sentence=sentence(change),
        twins=twins(change),
        parts=part_rows(change),
        total=signed(change.difference),
        facts=fact_rows(change),
    )


def headline(change: BillChange) -> str:
    """The answer in one line."""
    names = {"after": month_name(change.after.month), "before": month_name(change.before.month)}
    names["amount"] = dong(abs(change.difference))
    if not change.difference:
        return _("The bill of %(after)s is as high as that of %(before)s") % names
    if change.difference > 0:
        return _("The bill of %(after)s is %(amount)s higher than that of %(before)s") % names
    return _("The bill of %(after)s is %(amount)s lower than that of %(before)s") % names


def sentence(change: BillChange) -> str:
    """What weighs most, and what works against it."""
    if change.explanation is None:
        return _("The price of this contract depends on the hours of use: see the figures below.")
    parts = change.explanation.by_weight
    if not parts:
        return _("Nothing that makes the price has changed.")
    text = _("Most of it: %(cause)s (%(amount)s).") % _cause(change, parts[0])
    against = next((part for part in parts if part.amount * parts[0].amount < 0), None)
    if against is None:
        return text
    return f"{text} " + _("Against it: %(cause)s (%(amount)s).") % _cause(change, against)


def _cause(change: BillChange, part: Part) -> dict[str, str]:
    return {"cause": REASONS[part.factor](change, part), "amount": signed(part.amount)}


def signed(amount: int) -> str:
    """An amount of đồng with its sign, also where it is added."""
    return f"{'+' if amount > 0 else MINUS if amount < 0 else ''}{dong(abs(amount))}"


def part_rows(change: BillChange) -> list[PartRow]:
    """The causes that changed something, the heaviest first."""
    parts = change.explanation.by_weight if change.explanation else ()
    most = max((abs(part.amount) for part in parts), default=1)
    return [_part_row(change, part, most) for part in parts]


def _part_row(change: BillChange, part: Part, most: int) -> PartRow:
    tenths = max(abs(part.amount) * HALF * 10 // most, 5)
    left = HALF * 10 - tenths if part.amount < 0 else HALF * 10
    return PartRow(
        name=str(NAMES[part.factor]()),
        reason=REASONS[part.factor](change, part),
        amount=signed(part.amount),
        tone="more" if part.amount > 0 else "less",
        x=f"{left // 10}.{left % 10}%",
        width=f"{tenths // 10}.{tenths % 10}%",
    )


def fact_rows(change: BillChange) -> list[FactRow]:
    """The figures that both bills rest on."""
    return [
        FactRow(name, before, after, before != after)
        for (name, before), (_name, after) in zip(
            _facts(change.before), _facts(change.after), strict=True
        )
    ]


def _facts(bill: Bill) -> Iterator[tuple[str, str]]:
    yield _("Period"), span(period_billed(bill))
    yield _("Days"), str(bill.days)
    yield _("First index"), kwh_number(bill.index_from_wh)
    yield _("Last index"), kwh_number(bill.index_to_wh)
    yield _("Electricity used"), kwh(bill.usage_kwh * 1000)
    yield _("Used per day"), _per_day(bill)
    yield _("Households"), households(bill)
    yield _("Before VAT"), dong(bill.net)
    yield _("VAT %(percent)s") % {"percent": percent(bill.vat_percent)}, dong(bill.vat)
    yield _("Total of the bill"), dong(bill.total)


def _per_day(bill: Bill) -> str:
    return kwh(bill.usage_kwh * 1000 // bill.days, decimals=1)


def households(bill: Bill | EarlierBill) -> str:
    """How many households the bill counts."""
    return f"{bill.households.normalize():f}".replace(".", ",")


def twins(change: BillChange) -> str:
    """What to say to those who doubt two equal bills; empty where the bills are not equal."""
    before, after = change.before, change.after
    if not change.are_twins:
        return ""
    equal = _("Both bills name %(use)s and %(amount)s.") % {
        "use": kwh(after.usage_kwh * 1000),
        "amount": dong(after.total),
    }
    return f"{equal} {_indexes(before, after)}"


def _indexes(before: Bill, after: Bill) -> str:
    """Whether the meter ran in both periods."""
    if after.index_from_wh == after.index_to_wh:
        return _("The meter stood still in both periods.")
    if (before.index_from_wh, before.index_to_wh) == (after.index_from_wh, after.index_to_wh):
        return _("They also name the same indexes, which should not be: please call us.")
    return _(
        "The meter went on from %(first)s to %(middle)s in the first and to %(last)s in the "
        "second: electricity was used in both, and the equal figures are a coincidence."
    ) % {
        "first": kwh_number(before.index_from_wh),
        "middle": kwh_number(before.index_to_wh),
        "last": kwh_number(after.index_to_wh),
    }


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of two periods laid over each other."""

    number: int
    before: str
    after: str


def day_rows(days: Sequence[DayPair]) -> list[DayRow]:
    """The table of the days; what nobody knows is said, never a zero."""
    unknown = _("no data yet")
    return [
        DayRow(
            day.number,
            unknown if day.before_wh is None else kwh(day.before_wh, decimals=1),
            unknown if day.after_wh is None else kwh(day.after_wh, decimals=1),
        )
        for day in days
    ]


def _days(change: BillChange, _part: Part) -> str:
    days = {"after": change.after.days, "before": change.before.days}
    return _("%(after)d days instead of %(before)d") % days


def _use(change: BillChange, _part: Part) -> str:
    return _("%(after)s a day instead of %(before)s") % {
        "after": _per_day(change.after),
        "before": _per_day(change.before),
    }


def _steps(_change: BillChange, part: Part) -> str:
    if part.amount > 0:
        return _("more of it falls into the dearer steps")
    return _("less of it falls into the dearer steps")


def _household_count(change: BillChange, _part: Part) -> str:
    return _("households on the meter: %(after)s instead of %(before)s") % {
        "after": households(change.after),
        "before": households(change.before),
    }


def _group(_change: BillChange, _part: Part) -> str:
    return _("another price list applies")


def _price(_change: BillChange, _part: Part) -> str:
    return _("the price of a kWh was changed by decision")


def _vat(change: BillChange, _part: Part) -> str:
    return _("VAT of %(after)s instead of %(before)s") % {
        "after": percent(change.after.vat_percent),
        "before": percent(change.before.vat_percent),
    }


def _other(_change: BillChange, _part: Part) -> str:
    return _("what the bills hold beyond the price rules; call us if you know of no reason")


NAMES: dict[Factor, Callable[[], str]] = {
    Factor.DAYS: lambda: _("Number of days"),
    Factor.USE: lambda: _("Use per day"),
    Factor.STEPS: lambda: _("Price steps"),
    Factor.HOUSEHOLDS: lambda: _("Households"),
    Factor.GROUP: lambda: _("Kind of use"),
    Factor.PRICE: lambda: _("Price of electricity"),
    Factor.VAT: lambda: _("VAT"),
    Factor.OTHER: lambda: _("Other"),
}
REASONS: dict[Factor, Callable[[BillChange, Part], str]] = {
    Factor.DAYS: _days,
    Factor.USE: _use,
    Factor.STEPS: _steps,
    Factor.HOUSEHOLDS: _household_count,
    Factor.GROUP: _group,
    Factor.PRICE: _price,
    Factor.VAT: _vat,
    Factor.OTHER: _other,
}
