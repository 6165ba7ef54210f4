"""Calls to providers over HTTP: one deadline, no redirects, a bounded answer that is JSON."""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp.abc import AbstractResolver

from notifications.channels.base import MAX_BODY, Channel, Misconfigured, Unavailable

CONNECT_SECONDS = 5.0
# A 429 that does not say for how long.
DEFAULT_PAUSE = 5.0
MAX_PAUSE = 24 * 3600.0
# Idle connections are dropped before a provider does it: a request into a connection that is
# being closed is in doubt, although nobody saw it.
_KEEP_ALIVE = 10.0


class HttpChannel(Channel):
    """An adapter with a pool of HTTP connections. The sender bounds how many are in flight."""

    def __init__(self, *, deadline: float = Channel.deadline) -> None:
        self.deadline = deadline
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = self.open()
        return self

    def open(self) -> aiohttp.ClientSession:
        """The session for the calls of this adapter."""
        return open_session()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(self, url: str, *, ends_at: float, **request: Any) -> dict[str, Any]:
        """The provider's JSON answer, by ``ends_at`` on the event loop's clock; see `post_json`."""
        return await post_json(self.session, url, ends_at=ends_at, **request)

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session."""
        if self._session is None:
            raise RuntimeError("use the adapter inside `async with`")
        return self._session

    def ends_at(self) -> float:
        """When a call that starts now must have ended, on the event loop's clock."""
        return asyncio.get_running_loop().time() + self.deadline


def open_session(*, resolver: AbstractResolver | None = None) -> aiohttp.ClientSession:
    """A session without cookies, decompression or a limit of its own on connections."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE, resolver=resolver),
        cookie_jar=aiohttp.DummyCookieJar(),
        # A compressed answer could be far longer than it looks.
        auto_decompress=False,
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
    )


async def post_json(
    session: aiohttp.ClientSession, url: str, *, ends_at: float, **request: Any
) -> dict[str, Any]:
    """POST and return the JSON object of a 200 answer.

    :raises Unavailable: anything else; ambiguous once the request may have been read
    :raises Misconfigured: the provider does not know us or the address
    """
    async with asked(session, url, ends_at=ends_at, **request) as answer:
        refuse(answer)
        return _parsed(await _bounded(answer))


@asynccontextmanager
async def asked(
    session: aiohttp.ClientSession, url: str, *, ends_at: float, **request: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    """POST and look at the answer inside the block; what goes wrong there or before is one of ours.

    :raises Unavailable: no answer by ``ends_at``; ambiguous once the request may have been read
    :raises Misconfigured: the URL is none
    """
    timeout = _timeout(ends_at)
    try:
        async with session.post(url, timeout=timeout, allow_redirects=False, **request) as answer:
            yield answer
    # `from None`: these errors carry the request, and with it our credentials.
    except aiohttp.InvalidURL:
        raise Misconfigured("the provider's URL is not one") from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise Unavailable(f"not connected: {type(error).__name__}") from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unavailable(f"no answer: {type(error).__name__}", ambiguous=True) from None


def retry_after(value: str | None, *, at: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (seconds or an HTTP date); None if it says nothing.

    Source: RFC 9110, 10.2.3. Never negative, at most a day.
    """
    if value is None:
        return None
    try:
        seconds = float(value) if value.strip().isdigit() else _until(value, at=at)
    except ValueError:
        return None
    return min(max(seconds, 0.0), MAX_PAUSE)


def _until(value: str, *, at: datetime) -> float:
    moment = parsedate_to_datetime(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - at).total_seconds()


def _timeout(ends_at: float) -> aiohttp.ClientTimeout:
    left = ends_at - asyncio.get_running_loop().time()
    if left <= 0:
        raise Unavailable("no time left to call")
    # The pool has no limit, so "connect" is name lookup, TCP and TLS only.
    return aiohttp.ClientTimeout(
        total=left, connect=min(CONNECT_SECONDS, left), ceil_threshold=math.inf
    )


def refuse(answer: aiohttp.ClientResponse) -> None:
    """Raise unless the answer has status 200."""
    status, code = answer.status, str(answer.status)
    if status == HTTPStatus.OK:
        return
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        raise Misconfigured("refused by HTTP status", code=code)
    raise not_now(answer)


def not_now(answer: aiohttp.ClientResponse) -> Unavailable:
    """The error for an answer that asks to try again later."""
    status = answer.status
    pause = retry_after(answer.headers.get("Retry-After"), at=datetime.now(UTC))
    if status == HTTPStatus.TOO_MANY_REQUESTS and pause is None:
        pause = DEFAULT_PAUSE
    # A gateway that ran out of patience had passed the request on.
    ambiguous = status == HTTPStatus.GATEWAY_TIMEOUT
    return Unavailable("HTTP status", code=str(status), retry_after=pause, ambiguous=ambiguous)


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise Unavailable("malformed: answer too long")
    return bytes(body)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Unavailable("malformed: not JSON") from None
    if not isinstance(value, dict):
        raise Unavailable("malformed: not a JSON object")
    return value
