"""Web Push (RFC 8030): sealed for the browser (RFC 8291), signed by our key (RFC 8292)."""

import json
import time
from http import HTTPStatus

import aiohttp
import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from notifications.channels.base import Fault, Message, Unavailable, Undeliverable
from notifications.channels.http import HttpChannel, asked, not_now, open_session

from .endpoints import BadSubscription, GlobalResolver, Subscription

# RFC 8030, 5 and 8.2, and what the services say themselves. Whoever subscribes chooses the keys:
# one who did it with another company's key gets us 401 or 403, so that may not stop the channel.
CODES: dict[int, tuple[Fault, str]] = {
    HTTPStatus.BAD_REQUEST: (Fault.MESSAGE, "the push service does not understand it"),
    HTTPStatus.UNAUTHORIZED: (Fault.MESSAGE, "subscribed with another key than ours"),
    HTTPStatus.FORBIDDEN: (Fault.MESSAGE, "subscribed with another key than ours"),
    HTTPStatus.NOT_FOUND: (Fault.ADDRESS, "the subscription is gone"),
    HTTPStatus.GONE: (Fault.ADDRESS, "the subscription is gone"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (Fault.MESSAGE, "too long for a push message"),
}
_TAKEN = frozenset({HTTPStatus.CREATED, HTTPStatus.ACCEPTED})
# Every service takes so much (RFC 8030, 7.2); ours are far shorter.
MAX_PAYLOAD = 3_000
_DAY = 86_400
# A token may live a day; a new one long before.
_TOKEN_SECONDS = 12 * 3600
_FRESH_SECONDS = 6 * 3600


class Push(HttpChannel):
    """Messages to browsers; the address is what the browser gave as its subscription, in JSON.

    ``private_key``: our VAPID key, 32 bytes in URL-safe base64.
    ``contact``: ``mailto:…``, for the push services' staff.
    ``simulated``: the origin of a push service on this machine; never in production.

    A repetition is no copy: the service replaces by Topic what it still holds, and the browser by
    its tag what it shows already. Both are our reference.
    """

    deduplicates = True

    def __init__(
        self,
        *,
        private_key: str,
        contact: str,
        simulated: str = "",
        deadline: float = HttpChannel.deadline,
    ) -> None:
        super().__init__(deadline=deadline)
        self.simulated = simulated
        self.contact = contact
        self._key = Vapid02.from_raw(private_key.encode())
        # Push service -> its token, and until when that is used.
        self._tokens: dict[str, tuple[str, float]] = {}

    def open(self) -> aiohttp.ClientSession:
        return open_session(resolver=GlobalResolver(simulated=self.simulated))

    async def send(self, message: Message) -> str:
        """As the contract says; the id is our own reference."""
        try:
            to = Subscription.read(message.address, simulated=self.simulated)
        except BadSubscription as error:
            raise Undeliverable(str(error)) from None
        body, headers = sealed(message, to), self._headers(message, to)
        async with asked(
            self.session, to.endpoint, ends_at=self.ends_at(), data=body, headers=headers
        ) as answer:
            return _taken(answer, message)

    def _headers(self, message: Message, to: Subscription) -> dict[str, str]:
        return {
            "Authorization": self._token(to.origin),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": message.headers.get("TTL", str(_DAY)),
            "Urgency": message.headers.get("Urgency", "normal"),
            "Topic": message.reference[:32],
        }

    def _token(self, origin: str) -> str:
        now = time.time()
        token, fresh_until = self._tokens.get(origin, ("", 0.0))
        if now >= fresh_until:
            claims = {"aud": origin, "sub": self.contact, "exp": int(now) + _TOKEN_SECONDS}
            token = self._key.sign(claims)["Authorization"]
            self._tokens[origin] = (token, now + _FRESH_SECONDS)
        return token


def sealed(message: Message, to: Subscription) -> bytes:
    """What the service worker gets, readable in that browser alone."""
    shown = {"title": message.subject, "body": message.text, "tag": message.reference}
    payload = json.dumps(shown | dict(message.data), ensure_ascii=False).encode()
    if len(payload) > MAX_PAYLOAD:
        raise Undeliverable("too long for a push message", message_only=True)
    sealed: bytes = http_ece.encrypt(
        payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=to.public,
        auth_secret=to.secret,
        version="aes128gcm",
    )
    return sealed


def _taken(answer: aiohttp.ClientResponse, message: Message) -> str:
    status = answer.status
    if status in _TAKEN:
        # The service's address of the message says nothing to anybody: our reference is the id.
        return message.reference
    if known := CODES.get(status):
        fault, reason = known
        raise fault.error(reason, code=str(status))
    if status < HTTPStatus.BAD_REQUEST:
        raise Unavailable("malformed: neither taken nor refused", code=str(status))
    raise not_now(answer)
