"""Energy: whole watt-hours inside, kWh with a decimal comma outside; never a float."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from .errors import Unreadable
from .money import NO_BREAK, grouped

WH_PER_KWH = 1000

_TOO_FINE = _("An index has at most three decimals.")


class NotAnEnergy(Unreadable):
    """A figure finer than a watt-hour."""


def wh(kwh_figure: Decimal) -> int:
    """A figure in kWh as whole watt-hours.

    :raises NotAnEnergy: it has more than three decimals
    """
    figure = kwh_figure * WH_PER_KWH
    if figure != figure.to_integral_value():
        raise NotAnEnergy(_TOO_FINE)
    return int(figure)


def kwh_number(wh: int, *, decimals: int = 3) -> str:
    """Watt-hours as kWh without the unit, rounded half up to at most ``decimals`` (0 to 3)."""
    unit = 10 ** (3 - decimals)
    steps = (abs(wh) * 2 + unit) // (unit * 2)
    whole, part = divmod(steps, 10**decimals)
    fraction = f"{part:0{decimals}}".rstrip("0") if decimals else ""
    sign = "-" if wh < 0 and steps else ""
    return f"{sign}{grouped(whole)}{',' + fraction if fraction else ''}"


def kwh(wh: int, *, decimals: int = 3) -> str:
    """Watt-hours as people read them: ``142,5 kWh``, with a no-break space."""
    return f"{kwh_number(wh, decimals=decimals)}{NO_BREAK}kWh"
