"""Zalo's tokens: an access token of 25 hours, and a refresh token that works once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp
from django.utils.module_loading import import_string

from notifications.channels.base import ChannelError, Fault, Unavailable, redact
from notifications.channels.http import post_json

CODES: dict[int, tuple[Fault, str]] = {
    -14020: (Fault.CHANNEL, "refresh token used up: authorise again"),
}
# Everything else the token service refuses is about our application or token.
_OAUTH_CODES = range(-14999, -13999)

_TOKENS_URL = "https://oauth.zaloapp.com/v4/oa/access_token"


class TokenSource(Protocol):
    """Where the access token is kept."""

    async def get(self) -> str:
        """The token in force."""

    async def refresh(self, *, stale: str) -> str:
        """A token newer than ``stale``: the stored one if somebody was faster, else a new pair.

        The refresh token is single use: lock, re-read, call `refresh_tokens`, and save the new
        pair before it is used.
        """


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A new access token, and the only refresh token that still works."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    """Seconds."""


async def refresh_tokens(
    session: aiohttp.ClientSession,
    *,
    app_id: str,
    secret_key: str,
    refresh_token: str,
    ends_at: float,
    url: str = _TOKENS_URL,
) -> TokenPair:
    """Trade the single-use refresh token for a new pair; stores nothing.

    :raises Unavailable: if ambiguous, the refresh token may be used up without a new pair
    :raises Misconfigured: Zalo refuses the token or the application: staff must authorise again
    """
    form = {"refresh_token": refresh_token, "app_id": app_id, "grant_type": "refresh_token"}
    headers = {"secret_key": secret_key}
    reply = await post_json(session, url, ends_at=ends_at, data=form, headers=headers)
    # An error comes with status 200, too.
    if reply.get("error"):
        raise _token_error(reply)
    try:
        access, refresh = reply["access_token"], reply["refresh_token"]
        lifetime = int(reply["expires_in"])
    except (KeyError, TypeError, ValueError):
        raise Unavailable("malformed: no token pair", ambiguous=True) from None
    return TokenPair(str(access), str(refresh), lifetime)


def token_source(token: TokenSource | Callable[[], TokenSource] | str) -> TokenSource:
    """The source itself, or what the callable or its dotted path makes."""
    found: Any = import_string(token) if isinstance(token, str) else token
    source: TokenSource = (
        found if hasattr(found, "get") and not isinstance(found, type) else found()
    )
    return source


def code_of(reply: Mapping[str, Any]) -> int:
    """The error code of a reply; 0 is success.

    :raises Unavailable: there is none
    """
    try:
        # By way of text, so that 0.5 is not taken for success.
        return int(str(reply["error"]))
    except (KeyError, ValueError):
        raise Unavailable("malformed: no error code") from None


def _token_error(reply: Mapping[str, Any]) -> ChannelError:
    code = code_of(reply)
    words = redact(str(reply.get("error_description") or reply.get("error_name") or ""))
    default = Fault.CHANNEL if code in _OAUTH_CODES else Fault.LATER
    fault, reason = CODES.get(code, (default, words))
    return fault.error(reason, code=str(code))
