"""Codes that prove something: made, read as people type them, kept only as keyed hashes."""

from customers.models import LinkRequest
from portal.lib import spoken
from portal.lib.sealed import keyed_hash

_LETTER_LENGTH = 12  # 60 bits


def new_letter_code() -> str:
    """Twelve letters and digits in groups of four, as in 7K3M-9QPX-2WBA."""
    return spoken.grouped(spoken.draw(_LETTER_LENGTH))


def new_reference() -> str:
    """What names a request in its address; nobody guesses another's."""
    return spoken.draw(_LETTER_LENGTH).lower()


def reference_in(text: str) -> str:
    """The reference in what an agent heard and typed."""
    return spoken.read(text).lower()


def contact_hash(request: LinkRequest, code: str) -> str:
    """What is kept of a code sent to a contact: good for this request of this login alone."""
    bound = f"{request.reference}:{request.user_id}:{request.number}"
    return keyed_hash(f"link-contact:{bound}:{spoken.plain(code)}")


def letter_hash(number: str, code: str) -> str:
    """What is kept of a code printed in a letter: good for this customer code alone."""
    return keyed_hash(f"link-letter:{number}:{spoken.read(code)}")


def network_hash(network: str) -> str:
    """What is kept of a network, to count what comes from it."""
    return keyed_hash(f"link-network:{network}")
