"""Names, addresses, notes and choices."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.lib import text as words
from portal.lib.spreadsheets import Cell, as_text

from .base import Mended, Parser, Stored, Wrong, each

SPACES = _("Spaces at the ends, doubled, or invisible characters were removed.")
ACCENTS = _("Letters with separate accents were composed.")

_DATE = _("The spreadsheet has turned this into a date; format the column as text.")
_NUMBER = _("The spreadsheet holds a number here, where words belong.")
_TOO_LONG = _("This text has {length} characters; at most {limit} fit.")
_VNI = _("This looks like text in VNI encoding; convert it to Unicode.")
_ENCODING = _("The letters are broken (wrong encoding); export the file again as UTF-8.")
_REPLACED = _("Letters were lost to question marks; take the text from its source again.")
_STACKED = _("More than three marks stand on one letter.")
_LINK = _("This holds a link, which does not belong here.")
_PHONE = _("This holds a phone number, which does not belong in a name.")
_NO_LETTER = _("A name holds at least one letter.")
_ABOUT_TEXT = _("At most {limit} characters.")
_ABOUT_CHOICE = _("One of: {words}.")
_ABOUT_FLAG = _("An x for yes.")
_CHOICES = _("This is none of the words expected here: {words}.")

# How Excel writes a house number such as 12/5 or 1-3 once it has taken it for a day.
_DAY_IN_TEXT = re.compile(
    r"\d{4}-\d{2}-\d{2}(?: .*)?|\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*",
    re.IGNORECASE,
)
_FAULTS = [
    (words.has_broken_encoding, _ENCODING),
    (words.looks_like_vni, _VNI),
    (words.has_replacements, _REPLACED),
    (words.has_stacked_marks, _STACKED),
]


def text(*, limit: int = 200) -> Parser:
    """Free text of at most ``limit`` characters, tidied."""
    about = format_lazy(_ABOUT_TEXT, limit=limit)
    return each(lambda cell: _tidied(cell, as_text(_no_date(cell)), limit), about=about)


def person_name(*, limit: int = 150) -> Parser:
    """The name of a person or body: at least one letter, no link or phone, no number or date."""

    def read(cell: Cell) -> Any:
        if not isinstance(_no_date(cell), str):
            raise Wrong(_NUMBER)
        if not any(map(str.isalpha, as_text(cell))):
            raise Wrong(_NO_LETTER)
        if words.has_url(as_text(cell)):
            raise Wrong(_LINK)
        if words.has_phone(as_text(cell)):
            raise Wrong(_PHONE)
        return _tidied(cell, as_text(cell), limit)

    return each(read, about=format_lazy(_ABOUT_TEXT, limit=limit))


def address(*, limit: int = 200) -> Parser:
    """An address line; a house number that Excel has made a date of is refused."""

    def read(cell: Cell) -> Any:
        written = as_text(_no_date(cell))
        if _DAY_IN_TEXT.fullmatch(written.strip()):
            raise Wrong(_DATE)
        if isinstance(cell, bool) or (isinstance(cell, float) and not cell.is_integer()):
            raise Wrong(_NUMBER)
        return _tidied(cell, written, limit)

    return each(read, about=format_lazy(_ABOUT_TEXT, limit=limit))


def choice(meanings: Mapping[str, Any]) -> Parser:
    """One of a list of words, whatever its case and accents; gives what the word stands for."""
    by_word = {words.fold(word): meaning for word, meaning in meanings.items()}
    expected = ", ".join(meanings)

    def read(cell: Cell) -> Any:
        word = words.fold(as_text(cell))
        if word not in by_word:
            raise Wrong(format_lazy(_CHOICES, words=expected))
        return by_word[word]

    form = "|".join(map(re.escape, meanings))
    about = format_lazy(_ABOUT_CHOICE, words=expected)
    return each(read, form=f"(?:{form})", stored=_stored(meanings), about=about)


def _stored(meanings: Mapping[str, Any]) -> Stored:
    """Written as the first word that means it."""
    first: dict[Any, str] = {}
    for word, meaning in meanings.items():
        first.setdefault(meaning, word)
    cases = " ".join(f"WHEN {_literal(w)} THEN {_literal(m)}" for w, m in meanings.items())
    return Stored(f"CASE {{}} {cases} END", first.__getitem__)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


_YES = ("x", "v", "có", "đúng", "yes", "y", "true", "1", "✓", "✔")
_NO = ("không", "sai", "no", "n", "false", "0", "-")


def flag() -> Parser:
    """A mark for yes; an empty cell takes the column's default."""
    words = choice(dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False))
    return replace(words, about=_ABOUT_FLAG)


def _no_date(cell: Cell) -> Cell:
    if isinstance(cell, date | time | timedelta):
        raise Wrong(_DATE)
    return cell


def _tidied(cell: Cell, written: str, limit: int) -> Any:
    """The clean text, with a word on what was cleaned; broken or overlong text is refused."""
    for is_faulty, reason in _FAULTS:
        if is_faulty(written):
            raise Wrong(reason)
    value = words.clean(written)
    if len(value) > limit:
        raise Wrong(format_lazy(_TOO_LONG, length=len(value), limit=limit))
    if value == written:
        return value
    composed = unicodedata.normalize("NFC", written) == value
    return Mended(value, ACCENTS if composed else SPACES)
