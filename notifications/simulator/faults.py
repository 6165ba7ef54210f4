"""What a provider's HTTP server can do wrong, before and after it has taken a message."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web

_SIGN_IN_PAGE = "<!doctype html><title>Sign in</title><form><input name=user></form>"
_SLOW_SECONDS = 3.0
_FOREVER = 3600.0

Accept = Callable[[], dict[str, Any]]


async def answer(request: web.Request, scenario: str, accept: Accept) -> web.StreamResponse:
    """Take the message, unless the scenario forbids it, and answer as the scenario says."""
    if refusal := _REFUSALS.get(scenario):
        return await refusal(request)
    taken = accept()
    if twist := _TWISTS.get(scenario):
        return await twist(request, taken)
    return web.json_response(taken)


async def _rate_limited(request: web.Request) -> web.StreamResponse:
    return web.Response(status=429, headers={"Retry-After": "2"})


async def _rate_limited_until(request: web.Request) -> web.StreamResponse:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    return web.Response(status=429, headers={"Retry-After": moment})


async def _busy(request: web.Request) -> web.StreamResponse:
    return web.Response(status=503)


async def _error_500(request: web.Request) -> web.StreamResponse:
    return web.Response(status=500, text="Internal Server Error")


async def _html(request: web.Request) -> web.StreamResponse:
    return web.Response(text=_SIGN_IN_PAGE, content_type="text/html")


async def _redirect(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/redirected"})


async def _huge(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b" " * 65_536)


async def _cut(request: web.Request, taken: object = None) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    # Nobody is left to read an answer, and aiohttp must not try to write one.
    raise asyncio.CancelledError


async def _slow(request: web.Request, taken: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(_SLOW_SECONDS)
    return web.json_response(taken)


async def _hang(request: web.Request, taken: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(_FOREVER)
    return web.json_response(taken)


async def _drip(request: web.Request, taken: dict[str, Any]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(1)


async def _gateway_timeout(request: web.Request, taken: dict[str, Any]) -> web.StreamResponse:
    return web.Response(status=504)


_REFUSALS: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
    "rate-limited": _rate_limited,
    "rate-limited-until": _rate_limited_until,
    "busy": _busy,
    "error-500": _error_500,
    "html-200": _html,
    "redirect": _redirect,
    "huge": _huge,
    "cut-before-accept": _cut,
}
_TWISTS: dict[str, Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]] = {
    "cut-after-accept": _cut,
    "slow": _slow,
    "hang": _hang,
    "drip": _drip,
    "gateway-timeout": _gateway_timeout,
}
