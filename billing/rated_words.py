"""A worked-out bill in the words and numbers of the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from billing import rating
from customers.models import TariffGroup
from portal.lib.money import dong, grouped
from portal.lib.numbers import percent
from portal.lib.periods import Period
from portal.lib.quantities import kwh
from portal.lib.said import span


@dataclass(frozen=True, slots=True)
class LineWords:
    """One line of a bill with the rule behind it."""

    name: str
    rule: str
    kwh: str
    price: str
    amount: str


@dataclass(frozen=True, slots=True)
class RatedWords:
    """A bill that stands for itself: its lines, VAT and total."""

    kwh: str
    days: str
    per_kwh: str
    lines: Sequence[LineWords]
    net: str
    vat: str
    vat_percent: str
    total: str
    price_lists: Sequence[str]


def rated(found: rating.Rating, *, basis: rating.Basis) -> RatedWords:
    """All that the page says of a worked-out bill."""
    return RatedWords(
        kwh=kwh(basis.kwh * 1000),
        days=span(Period(basis.starts_on, basis.ends_before)),
        per_kwh=dong(rating.half_up(Fraction(found.total, basis.kwh))) if basis.kwh else dong(0),
        lines=lines(found),
        net=dong(found.net),
        vat=dong(found.vat),
        vat_percent=percent(found.vat_rate * 100),
        total=dong(found.total),
        price_lists=price_lists(found),
    )


def lines(found: rating.Rating) -> list[LineWords]:
    """The lines in their order."""
    return [_line(line) for line in found.lines]


def _line(line: rating.Line) -> LineWords:
    return LineWords(
        name=_name(line),
        rule=_rule(line),
        kwh=f"{line.kwh:f}".replace(".", ",")
        if isinstance(line.kwh, Decimal)
        else grouped(line.kwh),
        price=grouped(line.price),
        amount=grouped(line.amount),
    )


def _name(line: rating.Line) -> str:
    if line.quota:
        return _("Step %(number)d") % {"number": line.quota.step}
    bands = {
        "band-normal": _("Standard hours"),
        "band-peak": _("Peak hours"),
        "band-offpeak": _("Off-peak hours"),
    }
    return bands.get(line.rule, _("One price"))


def _rule(line: rating.Line) -> str:
    """How much the step takes in."""
    if line.quota is None:
        return ""
    if line.quota.size is None:
        return _("all above the steps before")
    return _("at most %(size)s") % {"size": kwh(int(line.quota.size * 1000))}


def price_lists(found: rating.Rating) -> list[str]:
    """The decisions behind the prices, each with its days where there are several."""
    decisions = {line.decision: (line.starts_on, line.ends_before) for line in found.lines}
    names = {name: name.replace("QD-", "QĐ-") for name in decisions}
    if len(decisions) == 1:
        return list(names.values())
    return [f"{names[name]} ({span(Period(*days))})" for name, days in decisions.items()]


def supply(group: str, voltage: str) -> str:
    """A customer group and its voltage: ``Kinh doanh, dưới 6 kV``."""
    name = str(TariffGroup(group).label)
    return f"{name}, {_voltage(voltage)}" if voltage else name


def _voltage(code: str) -> str:
    """A voltage class of the price lists: ``<6kV``, ``6-<22kV``, ``>=22kV``."""
    bare = code.removesuffix("kV")
    if bare.startswith("<"):
        return _("below %(kv)s kV") % {"kv": bare[1:]}
    if bare.startswith(">="):
        return _("%(kv)s kV and above") % {"kv": bare[2:]}
    low, _dash, high = bare.partition("-<")
    return _("%(low)s kV to below %(high)s kV") % {"low": low, "high": high}
