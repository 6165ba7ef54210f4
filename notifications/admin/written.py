"""What was written to somebody, as the staff's pages show it."""

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from notifications.models import Dispatch, Filling
from notifications.services import rendering
from notifications.words import masked_address, state


def written_words(sent: Iterable[tuple[Dispatch, Filling]]) -> str:
    """Each message, exactly as it was, with where it went; of an address only its end."""
    messages = [
        {
            "where": f"{dispatch.get_channel_display()} {masked_address(dispatch)}".strip(),
            "state": state(dispatch),
            "at": dispatch.accepted_at,
            "words": rendering.again(filling),
        }
        for dispatch, filling in sent
    ]
    if not messages:
        return _("Nothing was sent or opened yet.")
    return render_to_string("admin/notifications/written.html", {"messages": messages})
