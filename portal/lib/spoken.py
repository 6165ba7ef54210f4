"""Codes that people read out and type: nothing in them is misread or misheard."""

import re
import secrets
import unicodedata

# Crockford's base 32: no I, L, O, U, so that nothing is misread; each sign is 5 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP = 4
_LONGEST = 80
_LOOK_ALIKE = str.maketrans("OIL", "011")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")


def draw(length: int) -> str:
    """So many signs, drawn by the system's secure generator."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(code: str) -> str:
    """In groups of four, as in 7K3M-9QPX."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def plain(code: str) -> str:
    """A code without the signs, spaces and digit forms of whoever typed it."""
    return _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFKC", code[:_LONGEST]).upper())


def read(code: str) -> str:
    """A drawn code in what somebody heard and typed."""
    return plain(code).translate(_LOOK_ALIKE)
