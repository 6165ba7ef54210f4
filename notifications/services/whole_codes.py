"""The code in a message about access: the check code, and a part that only the message has.

Many read the check code on the site and at the desk, so it proves nothing. Whoever types the whole
code has the message, and may say "this was not me" without signing in. The part is never kept:
it follows from the check code under the installation's key, and is added as a message goes out.
"""

import hmac
from dataclasses import dataclass

from notifications.models import Channel, Filling, Kind, Notice
from portal.lib.sealed import keyed_hash

# As check codes are drawn: nothing that is read as something else.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CHECKED, SECRET = 8, 6
HIDDEN = "*" * SECRET


@dataclass(frozen=True, slots=True)
class Found:
    """The notice that a typed code belongs to."""

    notice: Notice
    is_whole: bool
    """The message itself was at hand, not only what the site shows of it."""


def whole(code: str) -> str:
    """The code as its message alone says it: 30 bits more than the check code."""
    noise = bytes.fromhex(keyed_hash(f"whole code of {code}"))
    return f"{code}-{''.join(LETTERS[byte % len(LETTERS)] for byte in noise[:SECRET])}"


def as_sent(filling: Filling) -> dict[str, str]:
    """The code that a message goes out with, where it differs from what is kept."""
    return {"code": whole(filling.filled["code"])} if _has_power(filling) else {}


def as_shown(filling: Filling) -> dict[str, str]:
    """The code of a message for everybody but whom it goes to, where it differs."""
    return {"code": f"{filling.filled['code']}-{HIDDEN}"} if _has_power(filling) else {}


def find(typed: str) -> Found | None:
    """The notice whose check code or whole code this is, however it was typed."""
    code = typed.upper().replace(" ", "").replace("-", "")
    checked, secret = code[:CHECKED], code[CHECKED:]
    notice = Notice.objects.with_code(checked)
    is_whole = bool(secret) and hmac.compare_digest(
        whole(checked).encode(errors="replace"), f"{checked}-{secret}".encode(errors="replace")
    )
    if notice is None or (secret and not (is_whole and notice.kind == Kind.SECURITY)):
        return None
    return Found(notice, is_whole)


def _has_power(filling: Filling) -> bool:
    wording = filling.wording
    outside = wording.channel != Channel.INBOX
    return wording.kind == Kind.SECURITY and outside and "code" in filling.filled
