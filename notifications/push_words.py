"""What a push message says.

It stands on a lock screen for everybody to read: no amount, no use, no address, no name. Therefore
it is code, where nobody can write them in.
"""

from django.utils.translation import gettext as _

from notifications.models import Kind

# What hangs on every lamp post is nobody's secret, and helps at a glance.
_OUTAGES = frozenset({Kind.PLANNED_OUTAGE, Kind.UNPLANNED_OUTAGE})


def title(kind: str) -> str:
    """The one line that everybody sees."""
    if kind in _OUTAGES:
        return _("Electricity: about an outage")
    if kind == Kind.SECURITY:
        return _("Electricity: your account was changed")
    if kind == Kind.TEST_MESSAGE:
        return _("Electricity: a test message")
    return _("Electricity: a new notice for you")


def body() -> str:
    """What to do."""
    return _("Open it to read.")
