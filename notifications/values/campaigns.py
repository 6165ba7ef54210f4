"""What notices written by hand say."""

from typing import Any

from django.utils.translation import get_language

from notifications.models import Notice
from portal.lib.placeholders import compiled

from .common import common

# What a supervisor may have filled in.
NAMES = frozenset({"customer_name", "number_end"})


def written(notice: Notice) -> dict[str, Any]:
    """The words of the campaign, in the language in force."""
    campaign = notice.campaign
    if campaign is None:
        raise ValueError("a notice written by hand without its campaign")
    values = common(notice)
    may_say = {name: values[name] for name in NAMES}
    in_english = (get_language() or "").startswith("en")
    title = campaign.title_en if in_english else campaign.title_vi
    text = campaign.text_en if in_english else campaign.text_vi
    return values | {"title": title, "text": compiled(text).fill(may_say)}
