"""What the notice before a stop of supply says."""

from typing import Any

from django.utils.translation import gettext as _

from notifications.models import Notice
from portal.lib.money import dong
from portal.lib.periods import month_name
from portal.lib.said import day, moment

from .common import common


def disconnection(notice: Notice) -> dict[str, Any]:
    """When the supply is cut, for which bill, how much; or that it is not."""
    stop = notice.stop
    if stop is None:
        raise ValueError("a notice of a stop without its stop")
    return common(notice) | {
        "short": _("Supply is not cut") if notice.calls_off else _("Supply is cut if unpaid"),
        "called_off": notice.calls_off,
        "cut_at": moment(stop.cut_at),
        "month": month_name(stop.bill.month),
        "total": dong(stop.bill.total),
        "due_on": day(stop.bill.due_on),
    }
