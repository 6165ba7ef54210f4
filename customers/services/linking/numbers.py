"""Customer codes as people type and paste them."""

import re
import unicodedata

from portal.lib.text import clean

from .errors import NotANumber, TwoNumbers

MOST_TYPED = 200
_BETWEEN = re.compile(r"[\s.,_/\-‐‑‒–—−]+")
_HCMC = re.compile(r"PE[0-9]{11}(?![0-9])")
_OTHER = re.compile(r"(?<![0-9A-Z])P[A-Z][0-9A-Z]{9,11}(?![0-9A-Z])")
_BARE = re.compile(r"(?<![0-9A-Z])[0-9]{11}(?![0-9A-Z])")
_MISREAD = re.compile(r"PE[0-9OQIL]{11}(?![0-9A-Z])")
_AS_DIGITS = str.maketrans("OQIL", "0011")


def number_in(text: str) -> str:
    """The customer code in what somebody typed or pasted, as accounts keep it.

    Forgives spaces, dots, dashes, lower case, full-width letters and digits, words around it, the
    letters O and I for digits, and "PE" left out.

    :raises NotANumber: there is none
    :raises TwoNumbers: there are two different ones
    """
    typed = unicodedata.normalize("NFKC", clean(text[:MOST_TYPED])).upper()
    joined = _BETWEEN.sub("", typed)
    found = (
        set(_HCMC.findall(joined))
        or {_mended(one) for one in _MISREAD.findall(joined)}
        or {number for number in _OTHER.findall(joined) if not number.startswith("PE")}
        or {f"PE{digits}" for digits in _BARE.findall(joined)}
    )
    if len(found) > 1:
        raise TwoNumbers
    if not found:
        raise NotANumber
    return found.pop()


def _mended(number: str) -> str:
    return number[:2] + number[2:].translate(_AS_DIGITS)
