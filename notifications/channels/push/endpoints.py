"""Where a push message may go: the push services of the browsers, and nowhere else.

The endpoint comes from a browser, so from anybody: without this list whoever subscribes could make
us call any server, those behind our firewall first.
"""

import base64
import binascii
import ipaddress
import json
import re
import socket
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

# Chrome, Edge on Android and Samsung; Firefox; Safari. Read in the browsers, 2026-11.
HOSTS = frozenset({"fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"})
# Edge on Windows gets one of many machines of one name: wns2-sg2p.notify.windows.com.
_WINDOWS = re.compile(r"wns[0-9]?-[a-z0-9]{1,16}\.notify\.windows\.com")
MAX_ENDPOINT = 1000
_SECRET_BYTES = 16
_PATH = re.compile(r"/[\x21-\x7e]+")


class BadSubscription(ValueError):
    """No subscription of a push service that we know."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One browser: where to push, and the keys that only it can open the message with."""

    endpoint: str
    public: bytes = field(repr=False)
    secret: bytes = field(repr=False)

    @classmethod
    def read(cls, text: str, *, simulated: str = "") -> Self:
        """What the browser's ``PushSubscription.toJSON()`` says.

        :param simulated: the origin of a push service on this machine that is allowed, too
        :raises BadSubscription: it says something else, or names another server
        """
        try:
            said = json.loads(text)
            endpoint, keys = said["endpoint"], said["keys"]
            public, secret = _decoded(keys["p256dh"]), _decoded(keys["auth"])
            # Refuses what is no point of the curve.
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        except (ValueError, TypeError, KeyError, RecursionError):
            raise BadSubscription("not a subscription") from None
        if len(secret) != _SECRET_BYTES:
            raise BadSubscription("not a subscription")
        if not isinstance(endpoint, str) or not is_known(endpoint, simulated=simulated):
            raise BadSubscription("not a known push service")
        return cls(endpoint, public, secret)

    @property
    def origin(self) -> str:
        """The push service, as a token for it names it."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"

    def text(self) -> str:
        """As :meth:`read` takes it."""
        keys = {"p256dh": encoded(self.public), "auth": encoded(self.secret)}
        return json.dumps({"endpoint": self.endpoint, "keys": keys})


def is_known(endpoint: str, *, simulated: str = "") -> bool:
    """Whether it is an address at a push service: https at the usual port, an exact host."""
    if len(endpoint) > MAX_ENDPOINT:
        return False
    if simulated and endpoint.startswith(f"{simulated}/push/"):
        return bool(_PATH.fullmatch(endpoint.removeprefix(simulated)))
    scheme, _, rest = endpoint.partition("://")
    host, slash, path = rest.partition("/")
    # Neither user nor port: `host` is compared as it stands, before anybody can read it otherwise.
    known = host in HOSTS or bool(_WINDOWS.fullmatch(host))
    return scheme == "https" and known and bool(_PATH.fullmatch(slash + path))


class GlobalResolver(AbstractResolver):
    """Looks names up and refuses addresses that are not of the public internet.

    What it returns is what is dialled: nobody can answer once for us and once for the connection.
    """

    def __init__(self, *, simulated: str = "") -> None:
        self._ours = DefaultResolver()
        self._simulated = urlsplit(simulated).hostname if simulated else None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._ours.resolve(host, port, family)
        if self._simulated and host == self._simulated:
            return found
        if not all(ipaddress.ip_address(one["host"]).is_global for one in found):
            raise OSError("not an address of the public internet")
        return found

    async def close(self) -> None:
        await self._ours.close()


def public_key(private: str) -> str:
    """What browsers are given to subscribe with: the other half of our VAPID key."""
    key = Vapid02.from_raw(private.encode()).public_key
    return encoded(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def encoded(value: bytes) -> str:
    """As browsers write keys: base64 for URLs, without its padding."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _decoded(value: object) -> bytes:
    if not isinstance(value, str) or len(value) > 100:
        raise ValueError("not a key")
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error:
        raise ValueError("not a key") from None
