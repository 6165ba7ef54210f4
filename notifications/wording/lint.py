"""What words must keep to before they are sent; each finding says what to mend."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice, product
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from notifications import sms
from notifications.channels.zalo.templates import LIMITS
from portal.lib.placeholders import Compiled, Malformed, left_as_text
from portal.lib.text import INVISIBLE, link_or_phone

from .shipped import Slot, Sources, slots

WITHOUT_SUBJECT = ("sms", "zalo")
# The inbox is read on the site, in the reader's language; whatever leaves it is Vietnamese.
LANGUAGES = {"inbox": ("vi", "en")}
CODED = ("sms", "zalo", "email")
PARTS_AT_MOST = 3
SUBJECT_AT_MOST = 120
# A value that a provider's template must not cut: an amount without its end is another amount.
WHOLE = ("code", "amount", "phone")
CASES_AT_MOST = 64

_URL = re.compile(r"(?:https?:)?//[^\s\"<>]+|\bwww\.[^\s\"<>]+", re.IGNORECASE)
_HOTLINE = re.compile(r"(?<![\d.])1[89]00(?:[ .-]?\d){4,6}(?!\d)")
_UNSEEN = re.compile(f"[{INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend; a remark is only to be known."""

    text: str
    is_remark: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What depends on the kind and on the installation.

    :param examples: a value for each name that may be used, as long as it is likely to get
    :param parameters: names of the provider's approved template, with the sort of each
    """

    examples: Mapping[str, Any]
    site_url: str
    parameters: Mapping[str, str]
    part_price: int


def check(slot: Slot, sources: Sources, rules: Rules) -> list[Finding]:
    """Everything that is wrong with these words, or worth knowing before they are sent."""
    try:
        subject, text, _html = sources.compiled
    except Malformed:
        return [
            Finding(_("A condition is not complete: every “if” needs its own “endif” after it."))
        ]
    found = [*_braces(sources), *_names(slot, sources, rules)]
    if any(not finding.is_remark for finding in found):
        return found
    cases = list(_cases((subject, text), rules.examples))
    found += [*_subject(slot, subject, cases), *_text(slot, text, cases)]
    if slot.channel in WITHOUT_SUBJECT:
        found += _short(sources.text, text, cases)
    else:
        found += _foreign((subject, text), cases, rules)
    if slot.channel == "sms":
        found += _sms(text, cases, rules)
    elif slot.channel == "zalo":
        found += _zalo(text, cases, rules)
    else:
        found += _links(sources, rules)
    return found


def lacking(kind: str) -> list[str]:
    """Languages that the shipped words of a kind lack, as ``channel.language``."""
    there = {(slot.channel, slot.language) for slot in slots() if slot.kind == kind}
    channels = {channel for channel, _language in there}
    return [
        f"{channel}.{language}"
        for channel in sorted(channels)
        for language in LANGUAGES.get(channel, ("vi",))
        if (channel, language) not in there
    ]


def _braces(sources: Sources) -> Iterator[Finding]:
    for text in dict.fromkeys(left_as_text(f"{sources.subject}\n{sources.text}\n{sources.html}")):
        words = _("“%(text)s” would be sent as it stands: take a name from the list.")
        yield Finding(words % {"text": text})


def _names(slot: Slot, sources: Sources, rules: Rules) -> Iterator[Finding]:
    used = {name for part in sources.compiled for name in part.names} - {"subject"}
    for name in sorted(used - set(rules.examples)):
        near = get_close_matches(name, rules.examples, n=1)
        hint = _(" Did you mean “%(name)s”?") % {"name": near[0]} if near else ""
        words = _("There is no “%(name)s” in notices of this kind: take a name from the list.")
        yield Finding(words % {"name": name} + hint)
    for name in sorted(set(rules.parameters) - set(rules.examples)):
        words = _("The template approved by Zalo wants “%(name)s”, which this kind does not have.")
        yield Finding(words % {"name": name})


def _cases(parts: tuple[Compiled, ...], examples: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The examples in every combination of yes and no that the conditions ask about."""
    asked = sorted({name for part in parts for name in part.tested})
    for answers in islice(product((True, False), repeat=len(asked)), CASES_AT_MOST):
        known = {
            name: answer if isinstance(examples[name], bool) else (examples[name] if answer else "")
            for name, answer in zip(asked, answers, strict=True)
        }
        yield {**examples, **known}


def _subject(slot: Slot, subject: Compiled, cases: list[dict[str, Any]]) -> Iterator[Finding]:
    longest = max((subject.fill(case).strip() for case in cases), key=len)
    if slot.channel in WITHOUT_SUBJECT:
        return
    if any(not subject.fill(case).strip() for case in cases):
        yield Finding(_("The heading is empty, at least in some cases: write one."))
    if "\n" in longest or "\r" in longest:
        yield Finding(_("The heading has more than one line: write it in one."))
    if len(longest) > SUBJECT_AT_MOST:
        words = _("The heading gets up to %(n)d characters long: shorten it to %(most)d.")
        yield Finding(words % {"n": len(longest), "most": SUBJECT_AT_MOST})


def _text(slot: Slot, text: Compiled, cases: list[dict[str, Any]]) -> Iterator[Finding]:
    said = [text.fill(case).strip() for case in cases]
    if not all(said):
        yield Finding(_("The text is empty, at least in some cases: write what is to be told."))
    if slot.channel in CODED and not all(
        case["code"] in one for case, one in zip(cases, said, strict=True)
    ):
        yield Finding(
            _("The check code is missing, at least in some cases: say {{ code }} always.")
        )
    if any(_UNSEEN.search(one) for one in said):
        yield Finding(_("There are invisible characters in it: delete the text and type it again."))


def _short(source: str, text: Compiled, cases: list[dict[str, Any]]) -> Iterator[Finding]:
    """What people are cheated by: no link and no number of its own in SMS and Zalo."""
    if _HOTLINE.search(source):
        yield Finding(
            _("Write {{ hotline }} in place of our number, so that it is always the right one.")
        )
    elif "site_url" in text.names or any(map(link_or_phone, _as_sent(text, cases))):
        yield Finding(
            _("No link and no phone number in SMS and Zalo: take it out, or write {{ hotline }}.")
        )


def _foreign(
    parts: tuple[Compiled, ...], cases: list[dict[str, Any]], rules: Rules
) -> Iterator[Finding]:
    """Mail and inbox: nothing that reads as a link or number but what is filled in."""
    said = (one.replace(rules.site_url, "x") for part in parts for one in _as_sent(part, cases))
    for found in dict.fromkeys(filter(None, map(link_or_phone, said))):
        words = _(
            "“%(found)s” reads as a link or a phone number: take it out, write {{ site_url }} or "
            "{{ hotline }}, or put a space after each full stop."
        )
        yield Finding(words % {"found": found})


def _as_sent(text: Compiled, cases: list[dict[str, Any]]) -> Iterator[str]:
    """The text of each case with a letter for each value: what stands beside it shows as it will.

    What is filled in is ours; what is made of it, as in "{{ site_url }}.top", is not.
    """
    for case in cases:
        yield text.fill(
            {name: "x" if value and value is not True else value for name, value in case.items()}
        )


def _sms(text: Compiled, cases: list[dict[str, Any]], rules: Rules) -> Iterator[Finding]:
    said = [sms.plain(text.fill(case).strip()) for case in cases]
    odd = sorted({sign for one in said for sign in one if sms.encoding(sign) != "GSM-7"})
    if odd:
        words = _("These signs make the SMS two to three times as dear, replace them: %(signs)s")
        yield Finding(words % {"signs": " ".join(odd)})
    parts = max(len(sms.parts(one)) for one in said)
    length = max(len(one) for one in said)
    price = parts * rules.part_price
    cost = {
        "n": length,
        "parts": parts,
        "price": f"{price:,}".replace(",", "."),
        "most": PARTS_AT_MOST,
    }
    if parts > PARTS_AT_MOST:
        words = _(
            "The SMS gets up to %(n)d characters long: shorten it from %(parts)d to %(most)d parts."
        )
        yield Finding(words % cost)
    else:
        words = _("Up to %(n)d characters: %(parts)d part(s), up to %(price)s đ for one message.")
        yield Finding(words % cost, is_remark=True)


def _zalo(text: Compiled, cases: list[dict[str, Any]], rules: Rules) -> Iterator[Finding]:
    for name, sort in rules.parameters.items():
        limit = LIMITS[sort]  # type: ignore[index]
        length = len(" ".join(str(rules.examples[name]).split()))
        if sort in WHOLE and length > limit:
            words = _("“%(name)s” gets up to %(n)d characters long, and Zalo takes %(limit)d.")
            yield Finding(words % {"name": name, "n": length, "limit": limit})
    unsaid = sorted(text.names - set(rules.parameters) - text.tested - {"hotline"})
    if rules.parameters and unsaid:
        words = _("The template approved by Zalo is not filled with: %(names)s.")
        yield Finding(words % {"names": ", ".join(unsaid)}, is_remark=True)
    yield Finding(
        _("Zalo shows its approved template. Have it approved with these words first."),
        is_remark=True,
    )


def _links(sources: Sources, rules: Rules) -> Iterator[Finding]:
    """Mail and inbox link to our own site, and nowhere else."""
    ours = urlsplit(rules.site_url)
    for url in dict.fromkeys(_URL.findall(f"{sources.subject} {sources.text} {sources.html}")):
        there = urlsplit(url if "//" in url else f"//{url}")
        if (there.scheme, there.netloc) != (ours.scheme, ours.netloc):
            words = _("“%(url)s” leads to another site: take it out, or write {{ site_url }}.")
            yield Finding(words % {"url": url.rstrip(".,;)")})
