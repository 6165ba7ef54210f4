"""Text messages: how many parts a text costs, and how to write Vietnamese without accents.

Sources: 3GPP TS 23.038 (alphabets) and TS 23.040, 9.2.3.24.1 (concatenation).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

# TS 23.038, 6.2.1: the default alphabet in the order of its codes; 0x1B (escape) is no character.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# TS 23.038, 6.2.1.1: written as escape + code, so two septets each.
_EXTENSION = frozenset("\f^{}\\[~]|€")

# Room in a message that stands alone, and in each part of a longer one (six octets go to the
# header that joins them): septets for GSM-7, 16-bit units for UCS-2.
_ROOM: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}

# An amount is a number that is not part of a code, a date or a house number such as 12/5.
_AMOUNT = r"(?<![\w/.,-])\d[\d.,]*"
_SCALE = r"(?:\s?(?:nghìn|ngàn|triệu|tỷ|tỉ|tr|k))?"
_LARGE = r"(?<![\w/.,-])(?:\d{1,3}(?:[.,]\d{3})+|\d{4,})"
_CURRENCY = re.compile(
    rf"₫|(?P<amount>{_AMOUNT}{_SCALE}\s?)đ(?!\w)"
    # A capital Đ after a small number is a letter: "12Đ Lê Lợi", "5 Đ. Hai Bà Trưng".
    rf"|(?P<large>{_LARGE}\s?)Đ(?!\w)"
    r"|(?<!\w)đ(?=/kWh)"
)
_LETTERS = str.maketrans({"đ": "d", "Đ": "D", "Ð": "D", "ð": "d"})
# Signs that look the same to a reader but would make the whole message UCS-2.
_SIGNS = str.maketrans(
    dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("‘’‚′", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " ")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", None)
    | {"…": "...", "•": "-", "×": "x"}
)


def encoding(text: str) -> Encoding:
    """The alphabet a phone network needs for this text."""
    return "GSM-7" if all(c in _BASIC or c in _EXTENSION for c in text) else "UCS-2"


def parts(text: str) -> list[str]:
    """The text as the parts it is sent and charged in; joined they are the text again."""
    alphabet = encoding(text)
    size = _septets if alphabet == "GSM-7" else _units
    alone, joined = _ROOM[alphabet]
    if sum(map(size, text)) <= alone:
        return [text]
    return list(_split(text, room=joined, size=size))


def plain(text: str) -> str:
    """Vietnamese without accents: letters lose their marks, đ after an amount becomes VND.

    Digits and their punctuation stay as they are; other scripts are left alone.
    """
    text = unicodedata.normalize("NFC", text)
    text = _CURRENCY.sub(lambda m: (m["amount"] or m["large"] or "") + "VND", text)
    return _without_marks(text.translate(_LETTERS)).translate(_SIGNS)


def _septets(character: str) -> int:
    return 2 if character in _EXTENSION else 1


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _split(text: str, *, room: int, size: Callable[[str], int]) -> Iterator[str]:
    """Cut before the character that does not fit any more, so none is ever cut in two."""
    start = used = 0
    for position, character in enumerate(text):
        if used + size(character) > room:
            yield text[start:position]
            start, used = position, 0
        used += size(character)
    yield text[start:]


def _without_marks(text: str) -> str:
    """Drop the combining marks that follow a Latin letter."""
    kept: list[str] = []
    for character in unicodedata.normalize("NFD", text):
        is_mark = "\u0300" <= character <= "\u036f"
        if is_mark and kept and kept[-1].isascii() and kept[-1].isalpha():
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))
