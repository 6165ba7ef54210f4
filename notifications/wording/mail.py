"""Mails that staff word: their text alone, in the frame and above the foot that all mails share."""

import re

from django.utils.html import escape

from .shipped import Sources, in_frame, shared

_GAP = re.compile(r"\n\s*\n")
_LINK = "{{ site_url }}"


def foot() -> str:
    """The lines under the text of every mail, which say how to check it."""
    return shared("email.txt")


def without_foot(text: str) -> str:
    """The text of a mail as it is offered to be edited."""
    return text.strip().removesuffix(foot()).strip()


def sources(*, subject: str, text: str) -> Sources:
    """A mail whose text somebody wrote; as HTML its paragraphs, escaped, and our address a link."""
    own = without_foot(text)
    return Sources(subject, f"{own}\n\n{foot()}", in_frame(_paragraphs(own)))


def _paragraphs(text: str) -> str:
    """Well-formed also where a condition spans paragraphs: it takes out as many ends as starts."""
    link = f'<a href="{_LINK}">{_LINK}</a>'
    lines = (part.strip().replace("\n", "<br>\n") for part in _GAP.split(escape(text)))
    return "\n".join(f"<p>{line}</p>" for line in lines).replace(_LINK, link)
