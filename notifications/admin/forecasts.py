"""A forecast as the desk's pages say it."""

from typing import Any

from django.utils.translation import gettext as _

from notifications.services.forecasting import Forecast, Load
from portal.lib import said
from portal.lib.money import dong


def sentences(forecast: Forecast) -> list[str]:
    """What stands above the table."""
    values = {
        "notices": said.count(forecast.notices),
        "messages": said.count(sum(load.first for load in forecast.loads)),
        "inbox": said.count(forecast.inbox_only),
        "nothing": said.count(forecast.nothing),
        "cost": dong(forecast.cost),
        "most": dong(forecast.most),
        "takes": said.duration(forecast.takes),
    }
    return [
        _("%(notices)s customers are told, by %(messages)s messages at once.") % values,
        _("It costs %(cost)s if every first message arrives, and %(most)s at most.") % values,
        _("Sending the first messages takes about %(takes)s.") % values,
        _("%(inbox)s have nothing but the inbox of this site; for %(nothing)s no channel works.")
        % values,
    ]


def rows(forecast: Forecast) -> list[dict[str, Any]]:
    """The table, one channel a line."""
    return [_row(load) for load in forecast.loads]


def _row(load: Load) -> dict[str, Any]:
    return {
        "channel": load.channel.label,
        "first": load.first,
        "later": load.later,
        "price": dong(load.price),
        "cost": dong(load.cost),
        "most": dong(load.most),
        "peak": load.peak,
        "takes": said.duration(load.takes),
    }
