"""Bank, card and identity numbers, which no free text of the desk may keep, nor any other place."""

import re

from portal.lib import phones

# Card and identity numbers have twelve digits or more, however they are grouped.
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){11}")
# Bank accounts and old identity cards have nine or more in one piece; a phone may stand in a note,
# and so may a customer code, which begins with letters.
_NUMBER = re.compile(r"(?<![A-Za-z\d])\d{9,11}(?!\d)")


# What may be the number of a bank account, whoever wrote it: six digits are the shortest ones.
_RUN = re.compile(r"(?<![A-Za-z\d])\d(?:[ .\-‐‑–—]?\d){5,}")
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?: .*)?|\d{1,2}[./-]\d{1,2}[./-]\d{4}")
HIDDEN = "•••"


def stand_in(text: str) -> bool:
    """Whether ``text`` holds one; a phone or a customer code is none."""
    if _LONG_NUMBER.search(text):
        return True
    return any(not _is_phone(found) for found in _NUMBER.findall(text))


def hidden(text: str) -> str:
    """``text``, or dots for all of it where it could hold such a number; a phone or a day stays."""
    if _DAY.fullmatch(text):
        return text
    return text if all(_is_phone(found) for found in _RUN.findall(text)) else HIDDEN


def _is_phone(digits: str) -> bool:
    """Whether it is written as people write a phone: old identity numbers have no zero in front."""
    if not digits.startswith(("0", "84")):
        return False
    try:
        phones.parse(digits)
    except phones.NotAPhone:
        return False
    return True
