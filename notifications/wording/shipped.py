"""The words that come with the product: one file for each kind, channel, language and part.

``templates/notices/<kind>/<channel>.<language>.{txt,subject.txt,html}``; the HTML of a mail stands
in the frame that all mails share. What several share is a file beside the kinds, taken in whole by
``{% include "notices/…" %}``, so that a wording that is kept holds all its words. Read once in the
life of a process.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from portal.lib.placeholders import Compiled, compiled

ROOT = Path(__file__).parents[1] / "templates" / "notices"
_FRAMED = re.compile(
    r'\{% extends "notices/email\.html" %\}\s*'
    r"\{% block words %\}(?P<words>.*)\{% endblock words %\}\s*",
    re.DOTALL,
)
_SHARED = re.compile(r'\{% include "notices/(?P<name>[a-z_.]+)" %\}')
_GAP = "{% block words %}{% endblock words %}"


class Slot(NamedTuple):
    """What has words of its own."""

    kind: str
    channel: str
    language: str

    @property
    def is_mail(self) -> bool:
        """Whether it gets the frame and the foot of all mails."""
        return self.channel == "email"


class NoWords(LookupError):
    """This kind does not speak this language on this channel."""


@dataclass(frozen=True)
class Sources:
    """Words as they are written: with the names of what is filled in."""

    subject: str
    text: str
    html: str = ""

    @cached_property
    def compiled(self) -> tuple[Compiled, Compiled, Compiled]:
        """Subject, text and HTML, each read once."""
        return compiled(self.subject), compiled(self.text), compiled(self.html)


@cache
def shipped(slot: Slot) -> Sources:
    """The words of ``slot`` that this version of the product brings.

    :raises NoWords: there are none
    """
    text = _read(slot, "txt")
    if text is None:
        raise NoWords(*slot)
    html = _read(slot, "html")
    return Sources(_read(slot, "subject.txt") or "", text, framed(html) if html else "")


@cache
def shipped_totals(slot: Slot) -> Sources:
    """Of a bill the use and the amount alone, for whom its link opens no more.

    No slot of their own: staff who write other words for all must not widen what these people read.
    """
    text, html = _read(slot, "totals.txt"), _read(slot, "totals.html")
    if text is None or html is None:
        raise NoWords(*slot)
    return Sources(_read(slot, "totals.subject.txt") or "", text, framed(html))


def slots() -> Iterator[Slot]:
    """Everything that has words, in the order of the names."""
    for path in sorted(ROOT.glob("*/*.txt")):
        channel, language, *rest = path.name.split(".")
        if rest == ["txt"]:
            yield Slot(path.parent.name, channel, language)


@cache
def frame() -> str:
    """What stands around the words of every mail."""
    return (ROOT / "email.html").read_text(encoding="utf-8")


def framed(html: str) -> str:
    """A file's HTML with the shared frame around it."""
    if found := _FRAMED.fullmatch(html):
        return in_frame(found["words"])
    return html


def in_frame(words: str) -> str:
    """The HTML of a mail whose middle is ``words``."""
    return frame().replace(_GAP, words)


@cache
def shared(name: str) -> str:
    """What several kinds say alike."""
    return _whole((ROOT / name).read_text(encoding="utf-8").strip())


def _read(slot: Slot, part: str) -> str | None:
    path = ROOT / slot.kind / f"{slot.channel}.{slot.language}.{part}"
    return _whole(path.read_text(encoding="utf-8").strip()) if path.is_file() else None


def _whole(text: str) -> str:
    return _SHARED.sub(lambda found: shared(found["name"]), text)
