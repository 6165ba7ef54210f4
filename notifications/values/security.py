"""What notices about changes of access say."""

from typing import Any

from notifications import security
from notifications.models import Notice

from .common import common


def changed(notice: Notice) -> dict[str, Any]:
    """What was changed, when and by whom."""
    if notice.event is None:
        raise ValueError("a notice of a change without its change")
    return common(notice) | security.words(notice.event)
