"""One mail that holds several notices: each in its own words, one below the other."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from uuid import UUID

from django.utils.translation import gettext as _

from notifications.channels import Message

# Within the frame that all mails share.
_BODY = re.compile(r"<body>(?P<words>.*)</body>", re.DOTALL)
_RULE = "\n\n----------\n\n"


def message(*, parts: Sequence[Message], reference: UUID, headers: dict[str, str]) -> Message:
    """``parts``, which have one address and kind, as one message; a single one stays as it is."""
    first, *others = parts
    if not others:
        return replace(first, reference=reference.hex)
    subject = _("%(number)d notices in one mail: %(first)s …") % {
        "number": len(parts),
        "first": first.subject,
    }
    numbers = [f"{at}/{len(parts)}. {one.subject}" for at, one in enumerate(parts, start=1)]
    text = _RULE.join(f"{head}\n\n{one.text}" for head, one in zip(numbers, parts, strict=True))
    return Message(
        reference=reference.hex,
        address=first.address,
        subject=subject,
        text=text,
        html=_html(subject, numbers, parts),
        template=first.template,
        headers=headers,
    )


def _html(subject: str, numbers: Sequence[str], parts: Sequence[Message]) -> str:
    """The first part's frame around the words of all; none where a part has none."""
    found = [_BODY.search(one.html) for one in parts]
    words = [
        f"\n<h2>{escape(head)}</h2>{body['words']}"
        for head, body in zip(numbers, found, strict=True)
        if body
    ]
    if found[0] is None or len(words) < len(parts):
        return ""
    html, title = parts[0].html, f"<title>{escape(parts[0].subject)}</title>"
    framed = html[: found[0].start("words")] + "<hr>".join(words) + html[found[0].end("words") :]
    return framed.replace(title, f"<title>{escape(subject)}</title>", 1)
