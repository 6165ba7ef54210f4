"""Codes that prove something: made, read as people type them, kept only as keyed hashes."""

import re
import secrets
import unicodedata

from customers.models import LinkRequest
from portal.lib.sealed import keyed_hash

# Crockford's base 32: no I, L, O, U, so that nothing is misread; 12 of them are 60 bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTER_LENGTH = 12
_GROUP = 4
_LOOK_ALIKE = str.maketrans("OIL", "011")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")


def new_letter_code() -> str:
    """Twelve letters and digits in groups of four, as in 7K3M-9QPX-2WBA."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTER_LENGTH))
    return "-".join(drawn[at : at + _GROUP] for at in range(0, _LETTER_LENGTH, _GROUP))


def new_reference() -> str:
    """What names a request in its address; nobody guesses another's."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LETTER_LENGTH)).lower()


def reference_in(text: str) -> str:
    """The reference in what an agent heard and typed."""
    return _plain(text).translate(_LOOK_ALIKE).lower()


def contact_hash(request: LinkRequest, code: str) -> str:
    """What is kept of a code sent to a contact: good for this request of this login alone."""
    bound = f"{request.reference}:{request.user_id}:{request.number}"
    return keyed_hash(f"link-contact:{bound}:{_plain(code)}")


def letter_hash(number: str, code: str) -> str:
    """What is kept of a code printed in a letter: good for this customer code alone."""
    return keyed_hash(f"link-letter:{number}:{_plain(code).translate(_LOOK_ALIKE)}")


def network_hash(network: str) -> str:
    """What is kept of a network, to count what comes from it."""
    return keyed_hash(f"link-network:{network}")


def _plain(code: str) -> str:
    """A code without the signs, spaces and digit forms of whoever typed it."""
    return _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFKC", code[:80]).upper())
