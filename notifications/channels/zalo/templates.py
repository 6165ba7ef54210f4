"""What Zalo demands of a template message before it may be sent."""

import re
from collections.abc import Mapping
from typing import Literal, TypedDict

from notifications.channels.base import Message, Misconfigured, Undeliverable

Kind = Literal["name", "code", "address", "status", "amount", "phone"]
# Longest value of a template parameter, in characters.
LIMITS: dict[Kind, int] = {
    "name": 30,
    "code": 30,
    "address": 200,
    "status": 30,
    "amount": 20,
    "phone": 15,
}
# Words may lose their end; a code, an amount or a phone number may not.
_MAY_BE_SHORTENED: frozenset[Kind] = frozenset({"name", "address", "status"})

_PHONE = re.compile(r"\+?84(\d{8,10})|0(\d{8,10})")
_LINK = re.compile(
    r"https?:|\bwww\.|\b[\w-]+\.(?:vn|com|net|org|info|me|ly|io|app|link|shop)\b", re.IGNORECASE
)
_PHONE_IN_TEXT = re.compile(r"(?<!\w)(?:\+?84|0)[ .-]?\d{2,3}[ .-]?\d{3,4}[ .-]?\d{3,4}(?!\d)")


class Template(TypedDict):
    """An approved template: Zalo's id of it, and the kind of each of its parameters."""

    id: str
    parameters: Mapping[str, Kind]


def local_phone(address: str) -> str:
    """A Vietnamese number as Zalo writes it: 84901234567."""
    match = _PHONE.fullmatch(address)
    if match is None:
        raise Undeliverable("not a Vietnamese phone number")
    return f"84{match[1] or match[2]}"


def template_data(message: Message, *, parameters: Mapping[str, Kind]) -> dict[str, str]:
    """The parameters of the template, each within its limit.

    :raises Misconfigured: the template wants what we do not have, or holds a link or phone number
    :raises Undeliverable: a value of this one message does not fit
    """
    missing = [name for name in parameters if name not in message.data]
    if missing:
        raise Misconfigured(f"parameters missing: {missing}", template=message.template)
    data = {name: _fitted(message.data[name], kind=kind) for name, kind in parameters.items()}
    if has_link_or_phone(message.text):
        raise Misconfigured("link or phone number in the text", template=message.template)
    return data


def has_link_or_phone(text: str) -> bool:
    """Zalo approves neither in a message."""
    return bool(_LINK.search(text) or _PHONE_IN_TEXT.search(text))


def _fitted(value: str, *, kind: Kind) -> str:
    value = " ".join(value.split())
    limit = LIMITS[kind]
    if not value:
        raise Undeliverable(f"{kind} empty", message_only=True)
    if kind in _MAY_BE_SHORTENED:
        if has_link_or_phone(value):
            raise Undeliverable(f"link or phone number in {kind}", message_only=True)
        return value if len(value) <= limit else value[: limit - 1].rstrip() + "…"
    if len(value) > limit:
        raise Undeliverable(f"{kind} longer than {limit}", message_only=True)
    return value
